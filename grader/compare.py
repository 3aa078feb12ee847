"""The reference beside the learner's answer, once that has passed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from rich.text import Text

from grader.advice import Step
from grader.catalogue import Exercise
from grader.places import program, shown_path
from grader.progress import Record, State, state
from grader.report import steps
from grader.terminal import Page

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Unfinished(Exception):
    """The answer has not passed yet, and the reference would spoil it. The text says what to do."""


def compare(
    exercise: Exercise, page: Page, *, record: Record | None, spoil: bool
) -> Iterator[Text]:
    """Every line of the comparison: what to take out of yours and to put in to get the reference.

    Raises `Unfinished` unless the answer, as it is now, has passed.
    """
    if not spoil and state(exercise.answer("exercises"), record) is not State.PASSED:
        raise Unfinished(
            f"{exercise.slug} has not passed as it is now; `{program()} run {exercise.slug}` "
            "first, or --spoil to see the reference all the same."
        )
    return _compared(exercise, page)


def _compared(exercise: Exercise, page: Page) -> Iterator[Text]:
    mine, reference = exercise.answer("exercises"), exercise.answer("solutions")
    old = mine.read_text(encoding="utf-8") if mine.exists() else ""
    new = reference.read_text(encoding="utf-8")
    names = shown_path(str(mine)), shown_path(str(reference))
    difference = list(unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=4))
    for line in difference:
        heading = line.startswith(("+++", "---"))
        yield Text(page.visible(line), style="bold" if heading else _STYLES.get(line[:1], ""))
    if not difference:
        yield Text("The two files are the same.")
    yield Text()
    reading = [Step(f"{program()} card {slug}") for slug in exercise.cards]
    yield from steps("read", reading, indent=8)
