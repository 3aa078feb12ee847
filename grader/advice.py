"""What a learner can do with a verdict: the commands that fit it, ready to be typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from grader.catalogue import ROOT, exercises
from grader.places import program, shown_path, target_of
from grader.verdicts import Evidence, Result, Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """Something to type or to do, and what it is good for."""

    command: str
    note: str = ""


def again(verdict: Verdict) -> str:
    """The command that gives this verdict anew."""
    exercise = exercises().get(verdict.exercise)
    target = target_of(exercise, ROOT / verdict.file) if exercise else None
    match target:
        case "exercises":
            what = verdict.exercise
        case "solutions":
            what = f"{verdict.exercise} --target solutions"
        case _:
            what = f"{shlex.quote(shown_path(verdict.file))} --as {verdict.exercise}"
    return f"{program()} run {what}{' --real' if verdict.mode == 'real' else ''}"


def next_step(verdict: Verdict) -> Iterator[Step]:
    """What to do now."""
    match verdict.result:
        case Result.PASSED:
            exercise = exercises().get(verdict.exercise)
            if exercise and exercise.cards:
                yield Step(f"{program()} card {exercise.cards[0]}", "the interview question")
            yield Step(program(), "the board, with the next exercise")
        case Result.FAILED | Result.NOT_GRADABLE:
            yield Step(f"edit {_place(verdict)}")
            yield Step(again(verdict))
        case Result.KIT_ERROR:
            yield Step(f"{program()} test tests/kit", "the fault is the kit's, not yours")
            yield Step(again(verdict))


def _place(verdict: Verdict) -> str:
    first = verdict.first_unmet
    line = first.evidence.line if first and first.evidence else verdict.line
    return f"{shown_path(line.file)}:{line.number}" if line else shown_path(verdict.file)


def reproduce(verdict: Verdict, evidence: Evidence) -> Iterator[Step]:
    """The commands that show the same by hand."""
    exercise = exercises().get(verdict.exercise)
    if exercise and exercise.function:
        yield Step(f"{program()} clients {exercise.slug}")
        return
    by_hand = evidence.reproduce
    if exercise:
        yield Step(f"{program()} serve", "in another terminal")
        by_hand = by_hand or exercise.curl("http://127.0.0.1:8000")
    yield from map(Step, by_hand.splitlines())


def read_next(verdict: Verdict, evidence: Evidence) -> Iterator[Step]:
    """The hint and the interview card that fit what was observed."""
    exercise = exercises().get(verdict.exercise)
    level = f" --level {evidence.hint}" if evidence.hint > 1 else ""
    yield Step(f"{program()} hint {verdict.exercise}{level}")
    card = evidence.card or (exercise.cards[0] if exercise and exercise.cards else "")
    if card:
        yield Step(f"{program()} card {card}")
