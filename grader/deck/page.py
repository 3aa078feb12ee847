"""INTERVIEW.md: the whole deck as one page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from grader.cards import LEVELS, Card
from grader.deck.questions import Question

Q = TypeVar("Q", bound=Question)

_HEAD = """\
# Interview questions about streaming HTTP in FastAPI

Made from the cards in `interview/` by `./grade cards page > INTERVIEW.md`: edit those, not this
page. An answer takes at most a minute to say. What can be run is run by a test, which it names.
"""


def page(deck: Iterable[Card]) -> str:
    """The deck by level and topic, from junior to staff."""
    return "\n".join(_sections(list(deck)))


def by_level(deck: Iterable[Q]) -> list[Q]:
    """The deck in the order in which it is read: level, topic, slug."""
    return sorted(deck, key=lambda card: (LEVELS.index(card.level), card.topic, card.slug))


def _sections(deck: list[Card]) -> Iterator[str]:
    yield _HEAD
    for level in LEVELS:
        count = sum(card.level == level for card in deck)
        yield f"- [{level.capitalize()}](#{level}): {count}"
    before = ("", "")
    for card in by_level(deck):
        if card.level != before[0]:
            yield f"\n## {card.level.capitalize()}"
        if (card.level, card.topic) != before:
            yield f"\n### {card.level.capitalize()}: {card.topic}"
        before = (card.level, card.topic)
        yield from _one(card)


def _one(card: Card) -> Iterator[str]:
    yield f"\n#### {card.question}\n"
    yield card.answer
    for label, texts in (
        ("Must be mentioned", card.points),
        ("Heard often, and wrong", card.red_flags),
        ("Asked next", card.follow_ups),
    ):
        yield f"\n**{label}**\n"
        yield from (f"- {text}" for text in texts)
    if card.exercises:
        yield f"\n**Exercises:** {', '.join(f'`{slug}`' for slug in card.exercises)}"
    shown = (f"`{each}`" if each in card.tests else each for each in card.evidence)
    holds = f" ({', '.join(card.versions)})" if card.versions else ""
    yield f"\n**Evidence**, `{card.slug}`, checked {card.checked}{holds}: {'; '.join(shown)}"
