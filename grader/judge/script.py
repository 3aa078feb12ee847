"""What a source will say, and how much of it the judge has released.

A script counts in its own units: updates of a feed, bytes of a file, rows of a table. Positions
count from 0. The judge answers a question as soon as all that it asks for is released.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


def several(unit: str) -> str:
    """What more than one unit is called."""
    return f"{unit[:-1]}ies" if unit.endswith("ry") else f"{unit}s"


def counted(count: int, unit: str) -> str:
    """So many units, in words."""
    return f"{count} {unit if count == 1 else several(unit)}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to the source's question: `outcome` is "item", "ends" or "fails"."""

    outcome: str
    units: int = 0  # handed over by this reply
    value: Any = None
    payload: bytes = b""
    reason: str = ""


class Script(Protocol):
    """The content of a source."""

    @property
    def unit(self) -> str:
        """What one item is called, in the singular."""

    @property
    def length(self) -> int: ...

    @property
    def fails_at(self) -> int | None:
        """The position at which the source fails, instead of handing over what follows."""

    @property
    def silent(self) -> bool:
        """Whether it falls silent at its end, instead of ending."""

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        """Hand over what was asked for; no more than `most` units may be handed over."""
        ...

    def welcome(self) -> Any:
        """What an opening is answered with, a JSON value."""
        ...

    def begins(self, argument: str | None) -> int:
        """The position of the first item of an opening with this argument."""
        ...


class _FromTheStart:
    """Mixin for a script that says nothing at its opening, and begins at its beginning."""

    __slots__ = ()

    def welcome(self) -> Any:
        return None

    def begins(self, argument: str | None) -> int:
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A feed of JSON values, one at a time.

    `resumes_by` names the field of a value by which an opening may ask for what comes after it.
    `told` is what an opening is answered with.
    """

    values: Sequence[Any]
    unit: str = "item"
    fails_at: int | None = None
    silent: bool = False
    resumes_by: str = ""
    told: Any = None

    @property
    def length(self) -> int:
        return len(self.values)

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        return Reply("item", 1, value=self.values[position])

    def welcome(self) -> Any:
        return self.told

    def begins(self, argument: str | None) -> int:
        if not self.resumes_by or argument is None:
            return 0
        keys = [value[self.resumes_by] for value in self.values]
        return keys.index(argument) + 1 if argument in keys else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists(Items):
    """JSON values, more and more at a time, `at_once` at most: the value of a reply is a list.

    For a source of many small items, where a question costs more than an item.
    """

    at_once: int = 20

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        values = self.values[position : position + _more(position, amount, self.at_once, most)]
        return Reply("item", len(values), value=list(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces(_FromTheStart):
    """Pieces of bytes, one at a time, as they are."""

    pieces: Sequence[bytes]
    unit: str = "piece"
    fails_at: int | None = None
    silent: bool = False

    @property
    def length(self) -> int:
        return len(self.pieces)

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        return Reply("item", 1, payload=self.pieces[position])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes(_FromTheStart):
    """A file, as many bytes at a time as are asked for.

    With a `size` it is the data again and again, up to so many bytes, which are never held at once.
    """

    data: bytes
    size: int | None = None
    unit: str = "byte"
    fails_at: int | None = None
    silent: bool = False

    @property
    def length(self) -> int:
        return len(self.data) if self.size is None else self.size

    @property
    def whole(self) -> bytes:
        return self._piece(0, self.length)

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        payload = self._piece(position, min(amount, most, self.length - position))
        return Reply("item", len(payload), payload=payload)

    def _piece(self, position: int, units: int) -> bytes:
        first = position % len(self.data)
        times = -(-(first + units) // len(self.data))
        return (self.data * times)[first : first + units]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile(_FromTheStart):
    """A file that the stage reads itself. A question is for leave to read some bytes of it.

    The value of the reply is how many.
    """

    length: int
    unit: str = "byte"
    fails_at: int | None = None
    silent: bool = False

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        units = min(amount, most)
        return Reply("item", units, value=units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(_FromTheStart):
    """A table that the stage reads itself. A question is for leave to read row `position`.

    Leave is given for more and more rows at a time, `at_once` at most, because a question costs
    more than a row. The value of the reply is the position up to which leave is given.
    """

    length: int
    unit: str = "row"
    at_once: int = 50
    fails_at: int | None = None
    silent: bool = False

    def take(self, position: int, *, amount: int, most: int) -> Reply:
        rows = _more(position, amount, self.at_once, most)
        return Reply("item", rows, value=position + rows)


def _more(position: int, amount: int, at_once: int, most: int) -> int:
    """How many units to hand over: few at first, so that early ones can be counted one by one."""
    return min(max(amount, position // 10), at_once, most)


@dataclass(slots=True, kw_only=True)
class Question:
    """What the stage asked and has not been told yet."""

    ticket: int
    source: int
    position: int
    amount: int
    on_loop: bool
    line: dict[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Opening:
    """One subscription, handle or connection that the learner's code has opened."""

    number: int  # from 1, in the order of opening
    argument: str | None = None  # what the learner's code asked for
    begins: int = 0  # the position of its first item
    open: bool = True
    collected: bool = False  # the garbage collector has closed it, and nothing else
    handed: int = 0  # units that the stage was given
    failed: int = 0  # questions that were answered with a failure
    asked: int = 0  # units that it has asked for, waiting ones included
    released: float = 0  # units that it may have
    before_response: bool = False  # nothing of the response was on the wire when it was opened


@dataclass(slots=True)
class Source:
    """The judge's hand on the source. The suites release items through it."""

    script: Script
    released: float = float("inf")  # what an opening may have from the start
    refuses: str = ""  # why opening it fails, if it does
    recovers: bool = False  # it fails once at most, and not whenever it gets there
    failed: bool = False
    openings: list[Opening] = field(default_factory=list)

    def hold(self, released: int = 0) -> None:
        """From now on, hand over nothing beyond the first `released` units."""
        self.released = released
        for opening in self.openings:
            opening.released = released

    def answer(self, question: Question, opening: Opening) -> Reply | None:
        """The reply, or None as long as what is asked for is not released."""
        script, position = self.script, question.position
        fails_at = None if self.recovers and self.failed else script.fails_at
        end = script.length if fails_at is None else fails_at
        if position >= end:
            if fails_at is not None:
                self.failed = True
                return Reply("fails", reason=f"the source failed at {script.unit} {position + 1}")
            return None if script.silent else Reply("ends")
        if position + min(question.amount, end - position) > opening.released:
            return None
        most = int(min(opening.released, end)) - position
        return script.take(position, amount=question.amount, most=most)

    @property
    def handed(self) -> int:
        """How many units have been handed over, all openings together."""
        return sum(opening.handed for opening in self.openings)

    @property
    def still_open(self) -> list[Opening]:
        return [opening for opening in self.openings if opening.open]

    @property
    def never_closed(self) -> list[Opening]:
        """Those that nobody has closed, but for the garbage collector."""
        return [opening for opening in self.openings if opening.open or opening.collected]
