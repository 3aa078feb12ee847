"""What an interview consists of: its exercises and steps, and when each step is over.

A function of the seed, the level, the minutes and what the board remembers, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from grader.catalogue import Exercise, exercises
from grader.progress import Record
from grader.verdicts import Result

_FOR_ONE, _FOR_TWO = 0.7, 0.55  # of the time: what exercises may take that are the only one, or two
_WORTH_IT = 0.2  # of the time: a main exercise takes more than that
_CODE_BY, _TALK_BY, _CHANGE_BY = 0.55, 0.63, 0.87  # of the time: the end of a part at the latest
_TALK = 0.06  # of the time, between a first exercise and the next one
# Exercises have three levels, interviews four: the staff engineer's differ in what is asked.
_MAIN = {"junior": ("junior",), "mid": ("mid",), "senior": ("senior", "mid")}
_FIRST = {"junior": ("junior",), "mid": ("junior",), "senior": ("junior", "mid")}


class Kind(StrEnum):
    """What is done in a step."""

    CODE = "code"
    QUESTIONS = "questions"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of an interview, about one exercise."""

    kind: Kind
    exercise: str
    until: float  # seconds of the interview after which it goes on with the next step


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An interview before it has begun."""

    seed: int
    level: str  # one of `grader.cards.LEVELS`
    minutes: int
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        return self.minutes * 60.0

    @property
    def exercises(self) -> tuple[str, ...]:
        """The slugs, in the order in which they come."""
        return tuple(dict.fromkeys(step.exercise for step in self.steps))

    @property
    def questions(self) -> int:
        """How many questions each step of questions has, at most."""
        rounds = sum(step.kind is Kind.QUESTIONS for step in self.steps)
        return max(1, round(self.minutes / 9 / rounds))

    def dice(self, what: str) -> Random:
        """Chance for one decision, the same whenever it is made."""
        return Random(f"{self.seed}/{self.level}/{self.minutes}/{what}")


def plan(*, seed: int, level: str, minutes: int, records: Mapping[str, Record]) -> Plan:
    """The interview for these wishes; `records` say where the learner is weak."""
    blank = Plan(seed=seed, level=level, minutes=minutes, steps=())
    main = _drawn(_mains(level, minutes), records, blank.dice("main"))
    left = minutes * _FOR_TWO - exercises()[main].minutes
    first = [e.slug for e in _of(_FIRST[_like(level)]) if e.minutes <= left and e.slug != main]
    chosen = [_drawn(first, records, blank.dice("first")), main] if first else [main]
    return replace(blank, steps=tuple(_steps(chosen, blank.seconds)))


def _steps(chosen: Sequence[str], seconds: float) -> list[Step]:
    """Code and questions of each exercise in turn; the last one changes."""
    *firsts, main = chosen
    share = (_CODE_BY - _TALK * len(firsts)) / sum(exercises()[slug].minutes for slug in chosen)
    steps, end = [], 0.0
    for slug in firsts:
        end += share * exercises()[slug].minutes
        steps.append(Step(kind=Kind.CODE, exercise=slug, until=round(end * seconds)))
        end += _TALK
        steps.append(Step(kind=Kind.QUESTIONS, exercise=slug, until=round(end * seconds)))
    parts = (
        (Kind.CODE, _CODE_BY),
        (Kind.QUESTIONS, _TALK_BY),
        (Kind.CHANGE, _CHANGE_BY),
        (Kind.QUESTIONS, 1.0),
    )
    return steps + [Step(kind=k, exercise=main, until=round(by * seconds)) for k, by in parts]


def _mains(level: str, minutes: int) -> list[str]:
    """The exercises of a level that fit; of a lower level, where none does."""
    known = list(_MAIN)
    for each in reversed(known[: known.index(_like(level)) + 1]):
        fitting = [e for e in _of(_MAIN[each]) if e.minutes <= minutes * _FOR_ONE]
        if fitting:
            worthy = [e for e in fitting if e.minutes > minutes * _WORTH_IT]
            return [e.slug for e in worthy or fitting]
    raise LookupError(f"no exercise takes less than {minutes} minutes")


def _like(level: str) -> str:
    return level if level in _MAIN else "senior"


def _of(levels: Sequence[str]) -> list[Exercise]:
    return [each for each in exercises().values() if each.level in levels]


def _drawn(slugs: Sequence[str], records: Mapping[str, Record], dice: Random) -> str:
    """One of them by chance; where the learner is weak, the chance is better."""
    weights = [_weakness(records.get(slug)) for slug in slugs]
    return dice.choices(slugs, weights)[0]


def _weakness(record: Record | None) -> int:
    if record is None:
        return 3
    if record.result is not Result.PASSED:
        return 6
    return 2 if record.met < record.total else 1
