"""The two-lane picture of a request: what the source gave, and what came over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from grader.catalogue import Exercise
from grader.terminal import Page
from grader.verdicts import Moment


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one kind of moment looks: in Unicode, in ASCII, and its style."""

    shown: str
    plain: str
    style: str


SYMBOLS = {
    # source: the subscription, the handle or the cursor, and what it gave
    "open": Symbol("┬", "+", "cyan"),
    "item": Symbol("●", "o", "bold cyan"),
    "ends": Symbol("■", "#", "cyan"),
    "fails": Symbol("✗", "x", "bold red"),
    "close": Symbol("┴", "+", "cyan"),
    "blocked": Symbol("‼", "!", "bold red"),
    "raised": Symbol("✗", "x", "bold red"),
    # wire: what the client received
    "head": Symbol("◆", "*", "green"),
    "chunk": Symbol("▶", ">", "bold green"),
    "end": Symbol("■", "#", "green"),
    "called": Symbol("●", "o", "green"),
    "cut": Symbol("✗", "x", "bold red"),
    # client: what the client, or the clock, did
    "call": Symbol("→", ">", "bold"),
    "request": Symbol("→", ">", "bold"),
    "stall": Symbol("‖", "=", "bold yellow"),
    "read": Symbol("→", ">", "bold"),
    "leave": Symbol("✗", "x", "bold yellow"),
    "advance": Symbol("~", "~", "dim"),
}
OTHER = Symbol("·", "-", "")
_PLAIN = str.maketrans({"…": "...", "–": "-"})  # noqa: RUF001


def headings(exercise: Exercise | None) -> tuple[str, str]:
    """What the two lanes of an exercise are: of a client, what it is sent and what it gives."""
    return ("server", "client") if exercise and exercise.function else ("source", "wire")


@dataclass(frozen=True, slots=True)
class Fold:
    """How many moments are shown of many, and what shows all of them."""

    rows: int = 24
    by: str = "-v"

    @property
    def first(self) -> int:
        """How many of them are from the beginning; the rest are from the end."""
        return self.rows * 5 // 8


FOLD = Fold()


def timeline(
    moments: Sequence[Moment],
    page: Page,
    *,
    lanes: tuple[str, str] = ("source", "wire"),
    fold: Fold = FOLD,
) -> Iterator[Text]:
    """The moments from top to bottom, each in its lane; the time is shown where it changes."""
    shown, left_out = _folded(moments, page, fold)
    times = [_time(moment.at) for moment in shown]
    drawn = _Lanes(page, time=max(map(len, (*times, "time"))) + 2)
    yield drawn.row("time", *(Text(name, style="bold") for name in lanes))
    before = ""
    for index, (moment, time) in enumerate(zip(shown, times, strict=True)):
        if left_out and index == fold.first:
            yield from drawn.across("", Text(), f"{left_out} more moments: {fold.by} shows them")
        yield from drawn.moment("" if time == before else time, moment)
        before = time


def _folded(moments: Sequence[Moment], page: Page, fold: Fold) -> tuple[Sequence[Moment], int]:
    if page.verbose or len(moments) <= fold.rows:
        return moments, 0
    last = fold.rows - fold.first
    return [*moments[: fold.first], *moments[-last:]], len(moments) - fold.rows


def _time(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s"


class _Lanes:
    """The columns: two spaces, the time, and two lanes of the same width."""

    def __init__(self, page: Page, *, time: int) -> None:
        self._page = page
        self._time = time
        self._lane = (page.width - 2 - time) // 2
        self._bar = Text(page.glyph("lane"), style="dim")

    def moment(self, time: str, moment: Moment) -> Iterator[Text]:
        symbol = SYMBOLS.get(moment.kind, OTHER)
        mark = Text(symbol.plain if self._page.ascii_only else symbol.shown, style=symbol.style)
        text = moment.text.translate(_PLAIN) if self._page.ascii_only else moment.text
        text = self._page.visible(text)
        if moment.count > 1:
            text += f" {self._page.glyph('times')}{moment.count}"
        if moment.lane == "client":
            yield from self.across(time, mark, text)
            return
        for line in self._wrapped(text, self._lane - 4):
            cell = Text.assemble(mark, " ", line)
            left, right = (cell, self._bar) if moment.lane == "source" else (self._bar, cell)
            yield self.row(time, left, right)
            time, mark = "", self._bar

    def row(self, time: str, left: Text, right: Text) -> Text:
        gap = " " * (self._lane - left.cell_len)
        return Text.assemble("  ", (time.ljust(self._time), "dim"), left, gap, right)

    def across(self, time: str, mark: Text, text: str) -> Iterator[Text]:
        """What belongs to neither lane is drawn through both."""
        dash = self._page.glyph("dash")
        for line in self._wrapped(text, self._page.width - self._time - 10):
            lead = Text.assemble("  ", (time.ljust(self._time), "dim"), (dash, "dim"), " ", mark)
            row = Text.assemble(lead, " ", line, " ")
            yield Text.assemble(row, (dash * (self._page.width - row.cell_len), "dim"))
            time, mark = "", Text(" ")

    def _wrapped(self, text: str, width: int) -> Iterator[Text]:
        yield from Text(text).wrap(self._page.console, width, overflow="fold")
