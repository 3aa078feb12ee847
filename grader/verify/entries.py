"""The bank: right and wrong answers to every exercise, each with the verdict that it must get.

The verdict is in the path. A wrong entry's docstring says in its first line what is wrong, and in
its second which misconception that is and which behaviour has to catch it:

    collects-then-yields, caught by lockstep
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.catalogue import Exercise

KINDS = ("right", "wrong")
_CAUGHT = re.compile(r"(?P<misconception>[\w-]+), caught by (?P<behaviour>[\w-]+)")


@dataclass(frozen=True, slots=True)
class Caught:
    """By which misconception, and by which behaviour, a wrong entry says that it is caught."""

    misconception: str
    behaviour: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the bank. `kind` is "right" or "wrong"."""

    slug: str
    kind: str
    file: Path

    @property
    def summary(self) -> str:
        """What is unusual about it, or wrong with it: the first line of its docstring."""
        return next(iter(_docstring(self.file)), "")

    @property
    def caught(self) -> Caught | None:
        """What the second line of its docstring says, or None if it does not say it."""
        lines = _docstring(self.file)
        found = _CAUGHT.fullmatch(lines[1]) if len(lines) > 1 else None
        return Caught(**found.groupdict()) if found else None

    def __str__(self) -> str:
        return f"{self.slug}/{self.kind}/{self.file.stem}"


@cache
def _docstring(file: Path) -> tuple[str, ...]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):  # an answer may be one that cannot be read
        return ()
    return tuple((ast.get_docstring(tree) or "").splitlines())


def entries(*exercises: Exercise) -> list[Entry]:
    """The entries of these exercises, the right ones of each before the wrong ones."""
    return [
        Entry(exercise.slug, kind, file)
        for exercise in exercises
        for kind in KINDS
        for file in sorted((exercise.bank / kind).glob("*.py"))
    ]
