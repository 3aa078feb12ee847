"""The board: every exercise by topic, how it stands, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.text import Text

from grader.advice import Step
from grader.catalogue import Exercise, exercises
from grader.places import program, shown_path
from grader.progress import Record, State, state
from grader.report import steps
from grader.terminal import Page

_INDENT = 8
_LOOKS = {
    State.PASSED: ("met", "green"),
    State.FAILED: ("unmet", "red"),
    State.NOT_GRADABLE: ("unmet", "yellow"),
    State.CHANGED: ("changed", "yellow"),
    State.NOT_JUDGED: ("changed", "yellow"),
    State.NOT_STARTED: ("not_gradable", "dim"),
    State.MISSING: ("unmet", "yellow"),
}


def board(records: Mapping[str, Record], page: Page, *, due: int = 0) -> Iterator[Text]:
    """Every line of the board, with how many questions are due."""
    listed = exercises()
    states = standing(records)
    passed = sum(found is State.PASSED for found in states.values())
    score = f"  {passed} of {len(listed)} passed"
    yield from page.heading(Text.assemble(("streamdrill", "bold"), (score, "dim")))
    column = max(map(len, listed))
    for topic, members in groupby(listed.values(), key=lambda exercise: exercise.topic):
        yield Text()
        yield Text(topic, style="bold")
        for exercise in members:
            name, style = _LOOKS[states[exercise.slug]]
            yield Text.assemble(
                ("  " + page.glyph(name).ljust(3), style),
                (exercise.slug.ljust(column), "bold"),
                (f"  {exercise.level:<6}  {exercise.minutes:>3} min   ", "dim"),
                (_said(states[exercise.slug], records.get(exercise.slug)), style),
            )
    yield Text()
    yield from _next(states, page)
    yield from review(due)


def review(due: int, *, indent: int = _INDENT) -> Iterator[Text]:
    """What to do about so many questions that are due, if there are any."""
    if due:
        count = f"{due} question{'s are' if due != 1 else ' is'} due"
        yield from steps("due", [Step(f"{program()} quiz --due", count)], indent=indent)


def standing(records: Mapping[str, Record]) -> dict[str, State]:
    """How each exercise stands, by slug, in the order of the catalogue."""
    return {s: state(e.answer("exercises"), records.get(s)) for s, e in exercises().items()}


def unsolved(states: Mapping[str, State], *, after: str | None = None) -> str | None:
    """The slug of what to do next: what is begun comes before what is not.

    With `after`, the next one in the order of the catalogue, and from its beginning at the end.
    """
    todo = [slug for slug, found in states.items() if found is not State.PASSED and slug != after]
    if after is not None:
        order = list(states)
        later = [slug for slug in todo if order.index(slug) > order.index(after)]
        return next(iter(later or todo), None)
    begun = [slug for slug in todo if states[slug] is not State.NOT_STARTED]
    return next(iter(begun or todo), None)


def _said(found: State, record: Record | None) -> str:
    if record and record.total and found in (State.PASSED, State.FAILED):
        return f"{found} ({record.met} of {record.total})"
    return str(found)


def _next(states: Mapping[str, State], page: Page) -> Iterator[Text]:
    slug = unsolved(states)
    if slug is None:
        yield from steps("next", [Step(f"{program()} quiz", "the questions")], indent=_INDENT)
        return
    exercise = exercises()[slug]
    lead = Text("  next", style="bold")
    yield from page.wrap(Text(f"{exercise.title}: {exercise.teaches}"), first=lead, indent=_INDENT)
    yield from steps("", _steps(exercise, states[slug]), indent=_INDENT)


def _steps(exercise: Exercise, found: State) -> Iterator[Step]:
    file = shown_path(str(exercise.answer("exercises")))
    match found:
        case State.MISSING:
            yield Step(f"git checkout -- {file}", "brings the stub back")
        case State.NOT_STARTED | State.FAILED | State.NOT_GRADABLE:
            yield Step(f"edit {file}")
    yield Step(f"{program()} run {exercise.slug}")
