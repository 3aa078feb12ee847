"""The wire as SVG: the chunks of one request over time, or the two lanes of an exercise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from grader.pages import drawing, text
from grader.terminal import visible
from grader.trace.account import Account, counted
from grader.verdicts import Moment

WIDTH = 900
_LEFT, _RIGHT = 70, 16
_STEP = 4  # units of width that share one bar
_HEIGHT = 120  # of the highest bar
_LABELLED = 14  # bars, at most, that are told their size
_ROW = 24
_LETTERS = 50  # of a moment; the table has them all

_TROUBLE = ("fails", "blocked", "raised", "cut")


def chunks(about: Account) -> str:
    """One request: bars as high as what came is large, and its events below them."""
    seen = about.capture
    scale = _Scale(max(seen.ended, seen.head_at or 0.0, 0.001))
    lanes = 2 if about.stream is not None else 1
    bottom = 40 + _HEIGHT + (46 if lanes == 2 else 0)
    lines = [
        *_lane(about.noun + "s", top=30, height=_HEIGHT + 10),
        *_axis(scale, top=30, bottom=bottom),
        *_bars(about, scale),
        *(_dots(about, scale, y=bottom - 18) if lanes == 2 else ()),
    ]
    if lanes == 2:
        lines[1:1] = _lane("events", top=bottom - 36, height=36)
    label = f"{counted(len(seen.pieces), about.noun)} over {scale.end:.3g} seconds"
    return drawing(lines, width=WIDTH, height=bottom + 34, label=label)


@dataclass(frozen=True, slots=True)
class _Scale:
    """The axis of time, from 0 to its end in seconds."""

    end: float

    def x(self, seconds: float) -> float:
        return _LEFT + min(seconds / self.end, 1.0) * (WIDTH - _LEFT - _RIGHT)

    def column(self, seconds: float) -> int:
        return int((self.x(seconds) - _LEFT) / _STEP)

    def ticks(self) -> Iterator[float]:
        """Round times, four to ten of them."""
        step = 10.0**-6
        while not any(self.end / (step * part) <= 8 for part in (1, 2, 5)):
            step *= 10
        step *= next(part for part in (1, 2, 5) if self.end / (step * part) <= 8)
        yield from (step * n for n in range(int(self.end / step) + 1))


def _axis(scale: _Scale, *, top: int, bottom: int) -> Iterator[str]:
    unit, factor = ("ms", 1000) if scale.end < 1 else ("s", 1)
    for tick in scale.ticks():
        x = scale.x(tick)
        yield f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom + 4}"/>'
        place = f'x="{x:.1f}" y="{bottom + 18}" text-anchor="middle"'
        yield f'<text class="small" {place}>{tick * factor:g} {unit}</text>'


def _lane(name: str, *, top: int, height: int) -> list[str]:
    middle = top + height / 2 + 4
    return [
        f'<rect class="lane" x="{_LEFT}" y="{top}" width="{WIDTH - _LEFT - _RIGHT}" '
        f'height="{height}"/><text class="name" x="0" y="{middle:.0f}">{name}</text>'
    ]


def _bars(about: Account, scale: _Scale) -> Iterator[str]:
    """A bar for each column of the picture in which anything came."""
    columns: dict[int, list[int]] = {}
    for number, piece in enumerate(about.capture.pieces):
        columns.setdefault(scale.column(piece.at), []).append(number)
    pieces = about.capture.pieces
    sizes = {at: sum(pieces[n].size for n in numbers) for at, numbers in columns.items()}
    highest = max(sizes.values(), default=1) or 1
    for at, numbers in columns.items():
        height = max(2.0, _HEIGHT * sizes[at] / highest)
        x, y = _LEFT + at * _STEP, 40 + _HEIGHT - height
        told = f"{pieces[numbers[0]].at:.3f} s: {counted(sizes[at], 'byte')}"
        if len(numbers) > 1:
            told += f" in {counted(len(numbers), about.noun)}"
        yield (
            f'<rect class="bar" x="{x}" y="{y:.1f}" width="{_STEP - 1}" height="{height:.1f}">'
            f"<title>{told}</title></rect>"
        )
        if len(columns) <= _LABELLED:
            anchor = "end" if x > WIDTH - 80 else "middle" if x > _LEFT + 30 else "start"
            yield (
                f'<text class="small" x="{x}" y="{max(y - 5, 24):.1f}" text-anchor="{anchor}">'
                f"{sizes[at]:,} B</text>"
            )


def _dots(about: Account, scale: _Scale, *, y: int) -> Iterator[str]:
    """A dot for each column in which an event ends; a number where there are several."""
    assert about.stream is not None
    columns: dict[int, int] = {}
    for seen in about.stream.events:
        column = scale.column(about.capture.pieces[seen.piece].at)
        columns[column] = columns.get(column, 0) + 1
    for at, count in columns.items():
        x = _LEFT + at * _STEP + 1.5
        told = counted(count, "event")
        yield f'<circle class="source" cx="{x}" cy="{y}" r="4"><title>{told}</title></circle>'
        if count > 1 and len(columns) <= _LABELLED:
            yield f'<text class="small" x="{x + 8}" y="{y + 4}">{count}</text>'


def lanes(moments: Sequence[Moment], names: tuple[str, str]) -> str:
    """The moments of an exercise from top to bottom, each in its lane, time down the left."""
    half = (WIDTH - _LEFT) // 2
    height = _ROW * len(moments) + 40
    lines = [
        f'<rect class="lane" x="{_LEFT + n * half}" y="26" width="{half - 8}" '
        f'height="{height - 30}"/>'
        f'<text class="name" x="{_LEFT + n * half + 8}" y="18">{text(name)}</text>'
        for n, name in enumerate(names)
    ]
    before = None
    for number, moment in enumerate(moments):
        y = 46 + _ROW * number
        if moment.at != before:
            lines.append(f'<text class="small" x="0" y="{y}">{moment.at:g} s</text>')
            lines.append(f'<line class="rule" x1="0" x2="{WIDTH}" y1="{y - 16}" y2="{y - 16}"/>')
        before = moment.at
        lines += _moment(moment, y=y, half=half)
    return drawing(lines, width=WIDTH, height=height, label=f"{names[0]} and {names[1]} over time")


def said(moment: Moment) -> str:
    """What happened, and how often."""
    return visible(moment.text) + (f" \u00d7{moment.count}" if moment.count > 1 else "")


def _moment(moment: Moment, *, y: int, half: int) -> Iterator[str]:
    whole = said(moment)
    short = whole if len(whole) <= _LETTERS else whole[: _LETTERS - 1] + "\u2026"
    css = "trouble" if moment.kind in _TROUBLE else moment.lane
    x = _LEFT + 16 + (half if moment.lane == "wire" else 0)
    if moment.lane == "client":
        yield f'<line class="mark" x1="{_LEFT}" x2="{WIDTH - 8}" y1="{y + 6}" y2="{y + 6}"/>'
    yield f'<circle class="{css}" cx="{x}" cy="{y - 4}" r="4"/>'
    yield f'<text x="{x + 12}" y="{y}"><title>{escape(whole)}</title>{escape(short)}</text>'
