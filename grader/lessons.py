"""Hints and interview cards, as a learner reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from grader.advice import Step
from grader.cards import Card, card
from grader.catalogue import Exercise
from grader.deck.questions import Question
from grader.markdown import inline, paragraphs
from grader.places import program
from grader.progress import Record
from grader.report import steps
from grader.terminal import Page


def hints(
    exercise: Exercise,
    level: int,
    page: Page,
    *,
    found: Record | None = None,
    more: Step | None = None,
) -> Iterator[Text]:
    """The hints of an exercise from the first to the one of that level, counted from 1.

    What the last verdict found, if there is one, comes first. `more` says how to get one more.
    """
    if found is not None and found.unmet:
        yield from _evidence(found, page)
    total = len(exercise.hints)
    for number, text in enumerate(exercise.hints[:level], 1):
        yield Text(f"{exercise.title}, hint {number} of {total}", style="bold")
        yield from page.wrap(inline(text), indent=2)
        yield Text()
    if level < total:
        more = more or Step(f"{program()} hint {exercise.slug}", "one more")
        yield from steps("next", [more], indent=8)
    else:
        reading = [Step(f"{program()} card {slug}") for slug in exercise.cards]
        yield from steps("read", reading, indent=8)


def _evidence(found: Record, page: Page) -> Iterator[Text]:
    yield Text("Your last verdict", style="bold")
    yield from page.wrap(Text(found.unmet), first=Text("  unmet", style="red"), indent=10)
    if found.idea:
        yield from page.wrap(Text(found.idea), first=Text("  likely", style="yellow"), indent=10)
    yield from page.wrap(Text(f"Hint {found.hint} is about this.", style="dim"), indent=10)
    yield Text()


def titles(deck: Iterable[Question], page: Page) -> Iterator[Text]:
    """The id, level, topic and question of each card. There has to be one."""
    deck = list(deck)
    for each in deck:
        kind = "" if isinstance(each, Card) else ", prediction"
        about = f"  {each.level}, {each.topic}{kind}"
        yield Text.assemble((each.slug, "bold cyan"), (about, "dim"))
        yield from page.wrap(inline(each.question), indent=2)
    yield Text()
    yield from steps("next", [Step(f"{program()} cards show {deck[0].slug}")], indent=8)


def one_card(slug: str, page: Page) -> Iterator[Text]:
    """One card, question first. Raises `UnknownCardError`."""
    shown = card(slug)
    yield from page.wrap(inline(shown.question, style="bold"))
    yield from page.wrap(Text(f"{shown.level}, {shown.topic}", style="dim"))
    yield Text()
    yield from paragraphs(shown.answer, page)
    for label, texts, style in (
        ("Must be mentioned", shown.points, "bold green"),
        ("Heard often, and wrong", shown.red_flags, "bold yellow"),
        ("Asked next", shown.follow_ups, "bold"),
    ):
        yield from listed(label, texts, page, style=style)
    yield Text()
    yield Text("Evidence", style="dim")
    yield from paragraphs("; ".join((*shown.evidence, *shown.versions)), page)
    yield from page.wrap(Text(f"checked {shown.checked}", style="dim"), indent=2)
    if shown.exercises:
        yield Text()
        runs = [Step(f"{program()} show {slug}") for slug in shown.exercises]
        yield from steps("practise", runs, indent=12)


def listed(label: str, texts: Iterable[str], page: Page, *, style: str) -> Iterator[Text]:
    """An empty line, a label, and an item for each text."""
    yield Text()
    yield Text(label, style=style)
    yield from paragraphs("\n".join(f"- {text}" for text in texts), page)
