"""The interview cards: one Markdown file each in interview/, named by its id, the slug.

A card begins with a few lines of TOML between two lines of `+++`; then come a heading, which is the
question, and the answer. What the lines of TOML mean is said beside the fields of `Card`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from grader.catalogue import ROOT

FOLDER = ROOT / "interview"
LEVELS = ("junior", "mid", "senior", "staff")
LONGEST = 120  # words of an answer: a minute, said aloud
_FENCE = "+++\n"
_HOW_MANY = {"points": (3, 5), "red_flags": (1, 3), "follow_ups": (2, 2)}


class CardError(ValueError):
    """A card's file is not written as a card. The text names the file and what it lacks."""


class UnknownCardError(LookupError):
    """No card has that slug. The text names the slug and the nearest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question that interviewers ask, and what a right answer contains, in Markdown."""

    slug: str
    question: str
    answer: str  # at most LONGEST words
    level: str  # one of LEVELS
    topic: str
    points: tuple[str, ...]  # what an answer must mention, three to five
    red_flags: tuple[str, ...]  # what is heard often and is wrong, one to three
    follow_ups: tuple[str, ...]  # two questions that come next
    exercises: tuple[str, ...]
    misconceptions: tuple[str, ...]
    evidence: tuple[str, ...]  # sections of rules, and tests: tests/kit/cards/test_X.py::test_y
    versions: tuple[str, ...]  # what it holds for, as a requirement: fastapi==0.165.*
    checked: date

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that run what the answer claims."""
        return tuple(each for each in self.evidence if each.startswith("tests/"))


_LISTS = {each.name for each in fields(Card) if each.type == "tuple[str, ...]"}
_KEYS = {each.name for each in fields(Card)} - {"slug", "question", "answer"}


@cache
def cards() -> dict[str, Card]:
    """Every card by slug, in alphabetical order. Raises `CardError`."""
    return {file.stem: read(file) for file in sorted(FOLDER.glob("*.md"))}


def card(slug: str) -> Card:
    """The card called `slug`. Raises `UnknownCardError` with the nearest slugs."""
    try:
        return cards()[slug]
    except KeyError:
        raise unknown(slug, list(cards())) from None


def unknown(slug: str, known: Sequence[str]) -> UnknownCardError:
    """What to raise for a slug that none of those `known` has."""
    near = get_close_matches(slug, known, n=1) or [name for name in known if slug in name][:3]
    advice = f"did you mean {' or '.join(near)}?" if near else "grade cards list has them all."
    return UnknownCardError(f"there is no card {slug!r}; {advice}")


def read(file: Path) -> Card:
    """The card in `file`. Raises `CardError`."""
    parts = parted(file)
    table = parts.table
    complain(file, chain(lacking(parts, keys=_KEYS, lists=_LISTS), _lacking(table, parts.text)))
    values: dict[str, Any] = {
        key: tuple(value) if key in _LISTS else value for key, value in table.items()
    }
    return Card(slug=file.stem, question=parts.question, answer=parts.text, **values)


@dataclass(frozen=True, slots=True)
class Parts:
    """A file of the deck: its TOML, its heading, and what stands below that."""

    table: Mapping[str, Any]
    heading: str
    text: str

    @property
    def question(self) -> str:
        return self.heading.removeprefix("# ").strip()


def parted(file: Path) -> Parts:
    """The parts of `file`. Raises `CardError` if its TOML cannot be read."""
    head, fence, body = file.read_text(encoding="utf-8").removeprefix(_FENCE).partition(_FENCE)
    heading, _, text = body.strip().partition("\n")
    try:
        table = tomllib.loads(head) if fence else {}
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{file.name} lacks readable TOML: {error}") from None
    return Parts(table, heading, text.strip())


def complain(file: Path, lacking: Iterable[str]) -> None:
    """Raise `CardError` for the first thing that `file` lacks, if there is one."""
    for first in lacking:
        raise CardError(f"{file.name} lacks {first}.")


def lacking(parts: Parts, *, keys: Set[str], lists: Set[str]) -> Iterator[str]:
    """What a card of any kind lacks: these `keys`, of which `lists` are lists of texts."""
    table = parts.table
    if not table:
        yield "lines of TOML between two lines of +++ at its start"
    yield from (f"the key {key}" for key in sorted(keys - set(table)))
    yield from (f"a meaning for the key {key}" for key in sorted(set(table) - keys))
    yield from (f"a list of texts as {key}" for key in sorted(lists) if not _texts(table[key]))
    if table["level"] not in LEVELS:
        yield f"a level: one of {', '.join(LEVELS)}"
    if not (parts.heading.startswith("# ") and parts.heading.endswith("?")):
        yield "a heading with '# ' and the question below the TOML"
    if not parts.text:
        yield "an answer below the question"


def _lacking(table: Mapping[str, Any], answer: str) -> Iterator[str]:
    for key, (least, most) in _HOW_MANY.items():
        if not least <= len(table[key]) <= most:
            yield f"the right number of {key}: {least} to {most}, and has {len(table[key])}"
    if not isinstance(table["checked"], date):
        yield "a date as checked"
    if (words := len(answer.split())) > LONGEST:
        yield f"brevity: the answer has {words} words, {LONGEST} are allowed"


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)
