"""A prediction on the terminal: what is asked, and what happened."""

from __future__ import annotations

from collections.abc import Iterator

from rich.syntax import Syntax
from rich.text import Text

from grader.advice import Step
from grader.catalogue import exercise
from grader.markdown import inline, paragraphs
from grader.places import program
from grader.predict.prediction import Prediction
from grader.predict.scene import Seen
from grader.report import steps
from grader.terminal import Page
from grader.timeline import headings, timeline


def shown(asked: Prediction, page: Page, *, lead: str = "") -> Iterator[Text]:
    """The question, the snippet and what there is to choose from."""
    about = f"{asked.slug}, {asked.level}, {asked.topic}"
    yield from page.heading(Text(f"{lead}  {about}" if lead else about, style="dim"))
    yield Text()
    code = Syntax("", "python", theme="ansi_dark").highlight(asked.code)
    yield from (Text.assemble("  ", each) for each in code.split("\n"))
    yield Text()
    yield from page.wrap(inline(asked.question, style="bold"))
    yield Text()
    for number, text in enumerate(asked.choices.values(), 1):
        yield from page.wrap(inline(text), first=Text(f"  {number}", style="bold"), indent=5)
    if asked.choices:
        yield Text()


def one_prediction(asked: Prediction, page: Page) -> Iterator[Text]:
    """What it asks, and how to have it asked."""
    yield from shown(asked, page)
    command = f"{program()} quiz --predict --exercise {asked.exercise}"
    yield from steps("next", [Step(command, "predict, and see it run")], indent=8)


def outcome(
    asked: Prediction, seen: Seen, *, said: str, happened: str, page: Page
) -> Iterator[Text]:
    """What was said and what happened, both as they are typed; why, and what to read."""
    name, style = ("met", "bold green") if said == happened else ("unmet", "bold red")
    text = _compared(*(asked.choices.get(value, value) for value in (said, happened)))
    yield Text()
    yield from page.wrap(inline(text), first=Text(page.glyph(name), style=style), indent=3)
    yield Text()
    yield from timeline(seen.timeline, page, lanes=headings(exercise(asked.exercise)))
    yield Text()
    yield from paragraphs(asked.why, page)
    yield Text()
    yield from steps("read", [Step(f"{program()} card {slug}") for slug in asked.cards], indent=8)
    yield Text()


def _compared(said: str, happened: str) -> str:
    said, happened = said.removesuffix("."), happened.removesuffix(".")
    if said == happened:
        return f"As you said: {happened}."
    return f"You said: {said}. What happened: {happened}."
