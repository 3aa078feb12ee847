"""The interview cards: one Markdown file each in interview/, named by its slug.

A card is a heading (the question), the answer, one paragraph that begins with `WRONG`, and one that
begins with `SOURCES`, in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from grader.catalogue import ROOT

FOLDER = ROOT / "interview"
WRONG = "**Heard often, and wrong:**"
SOURCES = "**Sources:**"


class CardError(ValueError):
    """A card's file is not written as a card. The text names the file and what it lacks."""


class UnknownCardError(LookupError):
    """No card has that slug. The text names the slug and the nearest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question that interviewers ask, and what a right answer contains, in Markdown."""

    slug: str
    question: str
    answer: str
    wrong: str
    sources: str


@cache
def cards() -> dict[str, Card]:
    """Every card by slug, in alphabetical order. Raises `CardError`."""
    return {file.stem: read(file) for file in sorted(FOLDER.glob("*.md"))}


def card(slug: str) -> Card:
    """The card called `slug`. Raises `UnknownCardError` with the nearest slugs."""
    known = cards()
    try:
        return known[slug]
    except KeyError:
        near = get_close_matches(slug, known) or [name for name in known if slug in name]
        advice = f"did you mean {' or '.join(near)}?" if near else "grade card lists them all."
        raise UnknownCardError(f"there is no card {slug!r}; {advice}") from None


def read(file: Path) -> Card:
    """The card in `file`. Raises `CardError`."""
    text = file.read_text(encoding="utf-8").strip()
    heading, _, rest = text.partition("\n")
    answer, wrong_mark, rest = rest.partition(f"\n{WRONG}")
    wrong, sources_mark, sources = rest.partition(f"\n{SOURCES}")
    for there, part in (
        (heading.startswith("# "), "a first line with '# ' and the question"),
        (answer.strip(), "an answer below the question"),
        (wrong_mark and wrong.strip(), f"a paragraph that begins with {WRONG}"),
        (sources_mark and sources.strip(), f"a last paragraph that begins with {SOURCES}"),
    ):
        if not there:
            raise CardError(f"{file.name} lacks {part}.")
    return Card(
        slug=file.stem,
        question=heading.removeprefix("# ").strip(),
        answer=answer.strip(),
        wrong=wrong.strip(),
        sources=sources.strip(),
    )
