"""What is done with a snippet, and what a client has seen of it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from grader.verdicts import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A request at 0 s, what the source has to say, what the client does, and when it is looked at.

    All times are virtual seconds after the request.
    """

    at: float  # when the client is looked at
    items: int = 0  # what the source has, in its own units: updates, rows, bytes
    arrive: tuple[float, ...] = ()  # when each item comes to be, instead of all being there
    released: int | None = None  # how many can be had at first, the others never
    size: int = 0  # characters that each item is longer
    fails_after: int | None = None  # items, instead of ending after the last one
    leaves_at: float | None = None  # when the client hangs up
    reads: bool = True  # it reads what comes

    @property
    def length(self) -> int:
        """How many items the source has."""
        return len(self.arrive) or self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there was at a moment."""

    status: int | None  # None as long as nothing came
    body: bytes
    chunks: tuple[float, ...]  # when each chunk came
    ending: str  # "complete", "cut", "left" or "open"
    handed: int  # items that the source had handed over, to all of its readers
    length: int  # items that it has
    source: str  # "open", "closed" or "unopened"
    loop: str  # "free" or "blocked"
    timeline: tuple[Moment, ...]


def scene(table: Mapping[str, Any]) -> Scene:
    """The scene that a table of TOML describes. Raises ValueError, which says what is wrong."""
    unknown = sorted(set(table) - {each.name for each in fields(Scene)})
    if unknown:
        raise ValueError(f"a meaning for {unknown[0]} in its scene")
    if "at" not in table:
        raise ValueError("at in its scene: when the client is looked at")
    values = {**table, "arrive": tuple(table.get("arrive", ()))}
    return Scene(**values)
