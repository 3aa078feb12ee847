"""Hints and interview cards, as a learner reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.text import Text

from grader.advice import Step
from grader.cards import card, cards
from grader.catalogue import Exercise
from grader.places import program
from grader.report import steps
from grader.terminal import Page

_CODE = re.compile(r"`[^`]+`")


def hints(exercise: Exercise, level: int, page: Page) -> Iterator[Text]:
    """The hints of an exercise from the first to the one of that level, counted from 1."""
    total = len(exercise.hints)
    for number, text in enumerate(exercise.hints[:level], 1):
        yield Text(f"{exercise.title}, hint {number} of {total}", style="bold")
        yield from page.wrap(_inline(text), indent=2)
        yield Text()
    if level < total:
        more = Step(f"{program()} hint {exercise.slug} --level {level + 1}", "tells more")
        yield from steps("next", [more], indent=8)
    else:
        reading = [Step(f"{program()} card {slug}") for slug in exercise.cards]
        yield from steps("read", reading, indent=8)


def titles(page: Page) -> Iterator[Text]:
    """Every card's slug and question."""
    for slug, listed in cards().items():
        yield Text(slug, style="bold cyan")
        yield from page.wrap(_inline(listed.question), indent=2)
    yield Text()
    yield from steps("next", [Step(f"{program()} card {next(iter(cards()))}")], indent=8)


def one_card(slug: str, page: Page) -> Iterator[Text]:
    """One card, question first. Raises `UnknownCardError`."""
    shown = card(slug)
    yield from page.wrap(_inline(shown.question, style="bold"))
    yield Text()
    yield from _paragraphs(shown.answer, page)
    for label, text, style in (
        ("Heard often, and wrong", shown.wrong, "bold yellow"),
        ("Sources", shown.sources, "dim"),
    ):
        yield Text()
        yield Text(label, style=style)
        yield from _paragraphs(text, page)


def _paragraphs(markdown: str, page: Page) -> Iterator[Text]:
    """Paragraphs are wrapped anew; indented blocks are code and stay as they are."""
    for number, paragraph in enumerate(markdown.split("\n\n")):
        if number:
            yield Text()
        if paragraph.startswith("    "):
            yield from (Text(f"  {line}", style="cyan") for line in paragraph.split("\n"))
        else:
            yield from page.wrap(_inline(" ".join(paragraph.split())), indent=2)


def _inline(text: str, *, style: str = "") -> Text:
    line = Text(text, style=style)
    line.highlight_regex(_CODE, "cyan")
    return line
