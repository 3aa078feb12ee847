"""Import the learner's file and find the endpoint in it, or say why it cannot be judged."""

from __future__ import annotations

import contextlib
import inspect
import linecache
import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from grader.stage.spelling import explained
from grader.stage.where import LONGEST, Learner, text_of

_ROW = 70  # characters of a line that a terminal has room for, so that the caret stands below


class Refusal(Exception):
    """The file cannot be judged. `line` is where, if there is a line to blame."""

    def __init__(self, reason: str, line: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Expected:
    """The endpoint that the exercise asks for."""

    method: str
    path: str


class _Uncached(SourceFileLoader):
    """Imports from source alone: what lies in a __pycache__ is neither read nor written."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def add_to_path(folder: Path) -> None:
    """Let the learner's file import its neighbours, after everything else."""
    sys.dont_write_bytecode = True
    sys.path.append(str(folder))
    finder = FileFinder(str(folder), (_Uncached, SOURCE_SUFFIXES))
    sys.path_importer_cache[str(folder)] = finder


def load_router(learner: Learner, expected: Expected) -> APIRouter:
    """The router of the learner's file. Raises `Refusal`."""
    module = _import(learner)
    router = getattr(module, "router", None)
    if router is None:
        raise Refusal(_no_router(module, learner.file.name))
    if not isinstance(router, APIRouter):
        raise Refusal(
            f"`router` in {learner.file.name} is of type {type(router).__name__}, not APIRouter; "
            "write `router = APIRouter()`."
        )
    _check_route(router, expected)
    return router


def load_function(learner: Learner, name: str) -> Callable[..., Any]:
    """The function `name` of the learner's file. Raises `Refusal`."""
    module = _import(learner)
    function = getattr(module, name, None)
    if function is None:
        ours = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        near = get_close_matches(name, ours, n=1)
        advice = f"; it has {near[0]}: did you mean {name}?" if near else "."
        raise Refusal(f"{learner.file.name} has no function `{name}`{advice}")
    if not callable(function):
        raise Refusal(
            f"`{name}` in {learner.file.name} is of type {type(function).__name__}, not a function."
        )
    return cast("Callable[..., Any]", function)


def _no_router(module: ModuleType, file: str) -> str:
    for name, value in vars(module).items():
        if isinstance(value, APIRouter):
            return f"{file} has no `router`; it has `{name}`, an APIRouter: call it `router`."
        if isinstance(value, FastAPI):
            return (
                f"{file} has no `router`; it has `{name}`, an application. The kit has one of its "
                "own: write `router = APIRouter()` and @router in the place of it."
            )
    return (
        f"{file} has no `router`; the exercise needs a module-level `router = APIRouter()` with "
        "the endpoint on it."
    )


def _check_route(router: APIRouter, expected: Expected) -> None:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    # A converter, as in {number:int}, is a matter of the answer's.
    found = [route for route in routes if route.path_format == expected.path]
    if not found:
        raise Refusal(_no_such_path(expected, [route.path for route in routes]))
    methods = {method for route in found for method in route.methods or ()}  # one for each, or all
    if expected.method not in methods:
        raise Refusal(
            f"{expected.path} answers {', '.join(sorted(methods))} and not "
            f"{expected.method}; use @router.{expected.method.lower()}."
        )


def _no_such_path(expected: Expected, paths: list[str]) -> str:
    wanted = f"no endpoint answers {expected.method} {expected.path}"
    if not paths:
        return f'{wanted}: the router is empty; decorate it with @router.get("{expected.path}").'
    near = get_close_matches(expected.path, paths, n=1) or paths[:1]
    return f"{wanted}; the router has {near[0]}: did you mean {expected.path}?"


def _import(learner: Learner) -> ModuleType:
    file = learner.file
    source = _read(file)
    # Under a name of its own: an answer called json.py must not pass for the module of that name.
    module = ModuleType(f"answer_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, str(file), "exec"), module.__dict__)
    except SyntaxError as error:
        raise _syntax_refusal(error, file) from error
    except SystemExit as error:
        line = learner.raising_line(error.__traceback__)
        code = text_of(error) or 0
        raise Refusal(f"the file ends the process on import (exit {code}).", line) from error
    except BaseException as error:
        line = learner.raising_line(error.__traceback__)
        raise Refusal(_import_failure(error), line) from error
    return module


def _read(file: Path) -> bytes:
    try:
        source = file.read_bytes()
    except OSError as error:
        raise Refusal(f"the file cannot be read: {error.strerror}.") from error
    if b"\0" in source:
        number = source[: source.index(b"\0")].count(b"\n") + 1
        raise Refusal(
            f"line {number} contains a NUL byte, so this is not Python source; "
            "save the file as UTF-8 text."
        )
    return source


def _syntax_refusal(error: SyntaxError, file: Path) -> Refusal:
    if error.filename != str(file):
        where = f" in {Path(error.filename or '?').name}, line {error.lineno}"
        return Refusal(f"an import has a syntax error{where}: {error.msg}.")
    number = error.lineno or 1
    text = (error.text or linecache.getline(str(file), number)).rstrip()
    column = max((error.offset or 1) - 1 - (len(text) - len(text.lstrip())), 0)
    text = text.strip()
    line = {"number": number, "text": text[:LONGEST], "function": "<module>"}
    around = max(min(column - _ROW // 2, len(text) - _ROW), 0)
    shown = f"{text[around : around + _ROW]}\n    {' ' * (column - around)}^"
    return Refusal(f"syntax error on line {number}: {error.msg}.\n    {shown}", line)


def _import_failure(error: BaseException) -> str:
    with contextlib.suppress(Exception):  # the error may be of the file's own making
        if explanation := explained(error):
            return explanation
    text = text_of(error)
    return f"importing it raised {type(error).__name__}{': ' + text if text else ''}."
