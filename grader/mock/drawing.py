"""The course of an interview as SVG: its parts, the attempts and the answers over time."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from grader.mock import account
from grader.mock.interview import Interview, time_of
from grader.mock.plan import Kind
from grader.pages import drawing, text

_WIDTH, _LEFT, _RIGHT = 900, 70, 16
_LANES = {"attempt": ("code", 62), "answer": ("answers", 96)}  # name and middle of a lane
_BOTTOM = 118
_NAMES = {Kind.CODE: "code", Kind.QUESTIONS: "questions", Kind.CHANGE: "change"}
_NARROW = 60  # units of width in which the name of a part has no place
_TICKS = (1, 2, 5, 10, 15, 30)  # minutes


def course(interview: Interview) -> str:
    """Parts on top, a lane for attempts and one for answers below, minutes at the bottom."""
    end = max(interview.elapsed, 60.0)
    lines = [
        *_parts(interview, end),
        *_lanes(),
        *_axis(end),
        *_change(interview, end),
        *_marks(interview, end),
    ]
    label = f"{len(interview.attempts)} attempts and {len(interview.answers)} answers"
    return drawing(lines, width=_WIDTH, height=_BOTTOM + 30, label=f"{label} over time")


def _x(seconds: float, end: float) -> float:
    return _LEFT + min(seconds / end, 1.0) * (_WIDTH - _LEFT - _RIGHT)


def _parts(interview: Interview, end: float) -> Iterator[str]:
    for number, (kind, slug, begin, until) in enumerate(account.steps(interview)):
        left, right = _x(begin, end), _x(until, end)
        told = f"{_NAMES[kind]}, {slug}: {time_of(begin)} to {time_of(until)}"
        css = "part odd" if number % 2 else "part"
        yield (
            f'<rect class="{css}" x="{left:.1f}" y="14" width="{max(right - left, 1):.1f}" '
            f'height="22"><title>{escape(told)}</title></rect>'
        )
        if right - left > _NARROW:
            yield f'<text class="small" x="{left + 6:.1f}" y="29">{_NAMES[kind]}</text>'


def _lanes() -> Iterator[str]:
    for name, middle in _LANES.values():
        yield (
            f'<rect class="lane" x="{_LEFT}" y="{middle - 13}" '
            f'width="{_WIDTH - _LEFT - _RIGHT}" height="26"/>'
            f'<text class="name" x="0" y="{middle + 4}">{name}</text>'
        )


def _axis(end: float) -> Iterator[str]:
    step = next((each for each in _TICKS if end / 60 / each <= 10), _TICKS[-1])
    for minute in range(0, int(end / 60) + 1, step):
        x = _x(minute * 60, end)
        yield f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="42" y2="{_BOTTOM}"/>'
        place = f'x="{x:.1f}" y="{_BOTTOM + 16}" text-anchor="middle"'
        yield f'<text class="small" {place}>{minute} min</text>'


def _change(interview: Interview, end: float) -> Iterator[str]:
    if interview.changed:
        x = _x(interview.changed.at, end)
        yield f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{_BOTTOM}"/>'


def _marks(interview: Interview, end: float) -> Iterator[str]:
    """A filled disc where all was well, an empty one where not: not by colour alone."""
    for moment in account.moments(interview):
        if moment.kind not in _LANES:
            continue
        css = "wire" if moment.good else "hollow"
        place = f'cx="{_x(moment.at, end):.1f}" cy="{_LANES[moment.kind][1]}"'
        told = text(f"{time_of(moment.at)} {moment.text}")
        yield f'<circle class="{css}" {place} r="6"><title>{told}</title></circle>'
