"""What was probably meant by a name that does not exist."""

from __future__ import annotations

import builtins
import pkgutil
import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from types import ModuleType, TracebackType

_IMPORTED = re.compile(r"cannot import name '(?P<name>[^']*)' from '(?P<module>[^']*)'")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the nearest of the `known` names, or a full stop."""
    near = get_close_matches(name, [each for each in known if not each.startswith("_")], n=1)
    return f"; did you mean {near[0]}?" if near else "."


def explained(error: BaseException) -> str | None:
    """Which name does not exist where, as a sentence with what was meant, if it is about that."""
    match error:
        case ModuleNotFoundError(name=str(name)):
            return _no_module(name)
        case ImportError(name=str(module)) if found := _IMPORTED.match(str(error)):
            name = found["name"]
            return f"{module} has no {name}{did_you_mean(name, dir(sys.modules.get(module)))}"
        case NameError(name=str(name)):
            return f"{name} is not defined{did_you_mean(name, _visible(error.__traceback__))}"
        case AttributeError(name=str(name)) if error.obj is not None:
            return f"{_owner(error.obj)} has no {name}{did_you_mean(name, dir(error.obj))}"
    return None


def _no_module(name: str) -> str:
    parent, _, last = name.rpartition(".")
    inside = list(getattr(sys.modules.get(parent), "__path__", []))
    known = [module.name for module in pkgutil.iter_modules(inside)] if parent else _top_level()
    advice = did_you_mean(last, known)
    if advice == ".":
        advice = "; check the spelling, or install it into this kit's .venv."
    elif parent:
        advice = advice.replace("did you mean ", f"did you mean {parent}.")
    return f"there is no module named {name!r} to import{advice}"


def _top_level() -> set[str]:
    return set(sys.stdlib_module_names) | {name for name in sys.modules if "." not in name}


def _visible(traceback: TracebackType | None) -> set[str]:
    """The names that the failing line could have used."""
    names = set(dir(builtins))
    while traceback is not None:
        frame, traceback = traceback.tb_frame, traceback.tb_next
        if traceback is None:
            names |= {*frame.f_globals, *frame.f_locals}
    return names


def _owner(value: object) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    return value.__name__ if isinstance(value, type) else type(value).__name__
