"""The two-lane picture."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper

import pytest
from rich.console import Console

from grader.terminal import Page
from grader.timeline import FOLD, timeline
from grader.verdicts import Moment


def shown(*moments: Moment, width: int = 60, encoding: str = "utf-8", verbose: bool = False) -> str:
    file = TextIOWrapper(BytesIO(), encoding=encoding)
    page = Page(Console(file=file, width=width, color_system=None), verbose=verbose)
    return "\n".join(line.plain.rstrip() for line in timeline(moments, page))


def source(at: float, kind: str, text: str, *, count: int = 1) -> Moment:
    return Moment(at=at, lane="source", kind=kind, text=text, count=count)


def wire(at: float, kind: str, text: str) -> Moment:
    return Moment(at=at, lane="wire", kind=kind, text=text)


def client(at: float, kind: str, text: str) -> Moment:
    return Moment(at=at, lane="client", kind=kind, text=text)


COLLECTED = (
    client(0, "request", "GET /stream"),
    source(0, "item", "update 1"),
    source(0.5, "item", "updates 2 … 5", count=4),
    source(0.5, "ends", "the source ends"),
    wire(0.5, "chunk", "120 bytes"),
)


def test_five_items_in_and_one_chunk_out_can_be_seen() -> None:
    assert shown(*COLLECTED).splitlines() == [
        "  time   source                   wire",
        "  0 s    ╌ → GET /stream ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌",
        "         ● update 1               ┊",
        "  0.5 s  ● updates 2 … 5 ×4       ┊",  # noqa: RUF001
        "         ■ the source ends        ┊",
        "         ┊                        ▶ 120 bytes",
    ]


def test_it_can_be_drawn_in_ascii() -> None:
    drawn = shown(*COLLECTED, encoding="ascii")
    assert drawn.isascii()
    assert "  0.5 s  o updates 2 ... 5 x4     :" in drawn.splitlines()


def test_a_long_text_stays_in_its_lane() -> None:
    drawn = shown(wire(0, "head", "200 text/event-stream; charset=utf-8"), width=60).splitlines()
    assert drawn[1:] == [
        "  0 s   ┊                         ◆ 200 text/event-stream;",
        "        ┊                         ┊ charset=utf-8",
    ]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    text = "words that go on " * 8 + "x" * 90
    moments = [make(1.25, "item", text) for make in (source, wire, client)]
    assert max(map(len, shown(*moments, width=width).splitlines())) <= min(width, 100)


def test_a_kind_without_a_symbol_is_drawn_all_the_same() -> None:
    assert "· something new" in shown(wire(0, "novel", "something new"))


def test_control_characters_cannot_leave_their_lane() -> None:
    assert "␛[2J␍" in shown(wire(0, "chunk", "\x1b[2J\r"))


def test_a_long_timeline_is_folded_in_the_middle_and_whole_when_asked_for() -> None:
    moments = [source(number, "item", f"item {number}") for number in range(100)]
    brief = shown(*moments)
    assert f"{100 - FOLD.rows} more moments: -v shows them" in brief
    assert "● item 0 " in brief
    assert "● item 99 " in brief
    assert shown(*moments, verbose=True).count("●") == 100
