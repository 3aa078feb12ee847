"""An exercise as a page: what is to be done, how it is judged, and where to begin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from grader.advice import Step
from grader.catalogue import Exercise, exercises
from grader.markdown import paragraphs
from grader.places import program, shown_path
from grader.progress import State
from grader.report import steps
from grader.stub import NoStub, pristine
from grader.terminal import Page

SCHEMA = "streamdrill.exercises/1"
INDENT = 11  # of what follows a label


def page_of(exercise: Exercise, page: Page) -> Iterator[Text]:
    """The task of an exercise as its stub tells it, and the commands that go with it."""
    route = f"  {exercise.method} {exercise.path}"
    yield from page.heading(Text.assemble((exercise.title, "bold"), (route, "dim")))
    about = f"{exercise.topic}, {exercise.level}, about {exercise.minutes} minutes"
    yield Text(about, style="dim")
    yield Text()
    yield from paragraphs(task(exercise), page)
    yield Text()
    yield from page.wrap(
        Text(exercise.teaches), first=Text("  teaches", style="bold"), indent=INDENT
    )
    file = shown_path(str(exercise.answer("exercises")))
    todo = [
        Step(f"edit {file}"),
        Step(f"{program()} watch {exercise.slug}", "judges on every save"),
        Step(f"{program()} hint {exercise.slug}"),
    ]
    yield from steps("next", todo, indent=INDENT)


def task(exercise: Exercise) -> str:
    """The docstring of the stub, also when the learner's file has lost it."""
    try:
        source = pristine(exercise.answer("exercises"))
    except NoStub:
        source = exercise.answer("solutions").read_bytes()
    return ast.get_docstring(ast.parse(source)) or exercise.teaches


def listing(states: dict[str, State], page: Page) -> Iterator[Text]:
    """One line for each exercise, for people and for `grep`."""
    column = max(map(len, states))
    for slug, state in states.items():
        exercise = exercises()[slug]
        yield page.one_line(
            Text.assemble(
                (slug.ljust(column), "bold"),
                f"  {exercise.topic:<10}  {exercise.level:<6}  {exercise.minutes:>3} min  ",
                (state, "dim"),
            )
        )


def document(states: dict[str, State]) -> dict[str, Any]:
    """The list for machines."""
    fields = ("slug", "title", "topic", "method", "path", "level", "minutes", "teaches")
    return {
        "schema": SCHEMA,
        "exercises": [
            {name: getattr(exercises()[slug], name) for name in fields} | {"state": str(state)}
            for slug, state in states.items()
        ],
    }


def all_passed() -> Iterator[Text]:
    """What to do when nothing is left to do."""
    yield Text("Every exercise is passed.", style="bold green")
    yield from steps("next", [Step(f"{program()} quiz", "the interview questions")], indent=8)
