"""How a suite says what its tests are: behaviours, with a level and what they need first.

A behaviour is a test function. The first line of its docstring is the behaviour as one sentence,
which is what a learner reads; the rest gives the rule's source. Its id is the function's name.

    @essential(needs=[test_starts])
    def test_lockstep(stage):
        \"\"\"Every update reaches the client before the next one exists.\"\"\"
"""

from __future__ import annotations

import inspect
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.verdicts import Level

Test = Callable[..., None]

MARK = "__behaviour__"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a suite says of one of its tests."""

    id: str
    sentence: str
    level: Level
    needs: tuple[str, ...]


def essential(*, needs: Sequence[Test] = ()) -> Callable[[Test], Test]:
    """Any reviewer would require it: decides between passed and failed."""
    return _declare(Level.ESSENTIAL, needs)


def good(*, needs: Sequence[Test] = ()) -> Callable[[Test], Test]:
    """A careful engineer does it. Shown and counted, never blocking."""
    return _declare(Level.GOOD, needs)


def expert(*, needs: Sequence[Test] = ()) -> Callable[[Test], Test]:
    """What a senior reviewer would add. Shown and counted, never blocking."""
    return _declare(Level.EXPERT, needs)


def rule(test: Any) -> Rule:
    """What was declared of a test function. Raises AttributeError if nothing was."""
    declared: Rule = getattr(test, MARK)
    return declared


@cache
def suite(file: Path) -> tuple[Rule, ...]:
    """The behaviours of a suite, in the order in which they are looked for. Imports its file."""
    names = runpy.run_path(str(file), run_name="suite")
    return tuple(rule(value) for value in names.values() if hasattr(value, MARK))


def identifier(test: Test) -> str:
    """`test_every_update` is the behaviour `every-update`."""
    return test.__name__.removeprefix("test_").replace("_", "-")


def _declare(level: Level, needs: Sequence[Test]) -> Callable[[Test], Test]:
    def declare(test: Test) -> Test:
        sentence = (inspect.getdoc(test) or "").partition("\n")[0]
        needed = tuple(identifier(each) for each in needs)
        setattr(test, MARK, Rule(identifier(test), sentence, level, needed))
        return test

    return declare
