"""What interviewers bring along: requirements that change, and which cards go with a behaviour."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from pydantic import TypeAdapter

CHANGES = Path(__file__).with_name("changes.toml")
ASKS = Path(__file__).with_name("asks.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A requirement that comes half-way: behaviours of the suite that count from then on."""

    exercise: str
    words: str
    behaviours: tuple[str, ...]
    cards: tuple[str, ...]


@cache
def changes() -> tuple[Change, ...]:
    """Every change, in the order of its file."""
    tables = tomllib.loads(CHANGES.read_text(encoding="utf-8"))["change"]
    return TypeAdapter(tuple[Change, ...]).validate_python(tables)


def changes_of(slug: str) -> tuple[Change, ...]:
    """The changes of one exercise; each exercise has one at least."""
    return tuple(change for change in changes() if change.exercise == slug)


def least_done(slug: str, met: Collection[str], dice: Random) -> Change:
    """The change of an exercise of which least is met so far; by chance, where several are."""
    pool = list(changes_of(slug))
    dice.shuffle(pool)
    return max(pool, key=lambda change: sum(each not in met for each in change.behaviours))


@cache
def cards_by_behaviour() -> dict[str, tuple[str, ...]]:
    """The cards that may be asked about a behaviour, by its id."""
    tables = tomllib.loads(ASKS.read_text(encoding="utf-8"))["ask"]
    return {each: tuple(table["cards"]) for table in tables for each in table["behaviours"]}
