"""The page of a trace: it needs nothing but itself, and shows what there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result as Ran

from grader.trace.account import account
from grader.trace.html import ROWS, page_of_exercise, page_of_url
from grader.verdicts import Behaviour, Level, Moment, Outcome, Result, Verdict

from .wires import captured, serving

EVENT = b'data: {"n": 1}\n\n'


def drawing(page: str) -> ElementTree.Element:
    """The one SVG of a page, which has to be well-formed."""
    (svg,) = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    return ElementTree.fromstring(svg)


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if element.get("class") == name]


def test_a_chunk_is_a_bar_and_an_event_a_dot_each_with_its_size_or_number() -> None:
    capture = captured((0.0, EVENT), (1.0, EVENT * 3), (4.0, EVENT[:-2]))
    svg = drawing(page_of_url(account(capture)))
    bars = of_class(svg, "bar")
    heights = [float(bar.attrib["height"]) for bar in bars]
    assert heights[1] == max(heights)
    assert [bar[0].text for bar in bars] == [
        "0.000 s: 16 bytes",
        "1.000 s: 48 bytes",
        "4.000 s: 14 bytes",
    ]
    assert [dot[0].text for dot in of_class(svg, "source")] == ["1 event", "3 events"]


def test_bars_are_as_far_apart_as_the_chunks() -> None:
    svg = drawing(page_of_url(account(captured((0.0, EVENT), (1.0, EVENT), (4.0, EVENT)))))
    first, second, third = (float(bar.attrib["x"]) for bar in of_class(svg, "bar"))
    assert third - first == pytest.approx(4 * (second - first), rel=0.05)


@pytest.mark.parametrize("end", [0.0, 0.0004, 0.03, 1.0, 29.9, 7200.0])
def test_the_axis_has_a_few_round_times(end: float) -> None:
    svg = drawing(page_of_url(account(captured((end, EVENT)))))
    ticks = [
        t.text or "" for t in of_class(svg, "small") if re.fullmatch(r"[\d.]+ m?s", t.text or "")
    ]
    assert 2 <= len(ticks) <= 10


def test_a_body_of_many_chunks_makes_no_page_without_end() -> None:
    pieces = [(n / 1000, b"x") for n in range(20_000)]
    page = page_of_url(account(captured(*pieces, headers=[("Content-Type", "text/plain")])))
    assert page.count("<tr>") == ROWS + 1
    assert "18,000 more are left out here." in page
    assert len(of_class(drawing(page), "bar")) < 300


@pytest.mark.parametrize("hostile", [b"data: <script>x</script>\n\n", b"data: \x00\x1b&amp;\n\n"])
def test_what_a_server_says_is_text_and_nothing_is_loaded(hostile: bytes) -> None:
    headers = [("Content-Type", "text/event-stream"), ("Server", "<img src=x>")]
    page = page_of_url(account(captured((0.0, hostile), headers=headers)))
    assert "<script" not in page
    assert "<img" not in page
    assert "\x00" not in page
    assert not re.search(r"<[^>]*(?:src|href)=|url\(|@import", page)


def test_a_response_without_a_body_has_a_page_without_a_drawing() -> None:
    page = page_of_url(account(captured(headers=[])))
    assert "<svg" not in page
    assert "200 OK" in page


def test_an_exercise_has_two_lanes_with_every_moment_in_its_own() -> None:
    moments = (
        Moment(at=0, lane="client", kind="request", text="GET /"),
        Moment(at=0, lane="source", kind="item", text="updates <1> \u2026 5", count=5),
        Moment(at=2.5, lane="wire", kind="chunk", text="120 bytes"),
    )
    behaviour = Behaviour(
        id="b", sentence="S.", level=Level.GOOD, outcome=Outcome.MET, timeline=moments
    )
    verdict = Verdict(exercise="stock-ticker", file="x.py", result=Result.PASSED, mode="virtual")
    page = page_of_exercise(verdict, behaviour)
    svg = drawing(page)
    (item,), (piece,) = of_class(svg, "source"), of_class(svg, "wire")
    assert float(item.attrib["cx"]) < float(piece.attrib["cx"])
    assert float(item.attrib["cy"]) < float(piece.attrib["cy"])
    assert [t.text for t in of_class(svg, "small")] == ["0 s", "2.5 s"]
    assert "updates &lt;1&gt; \u2026 5 \u00d75</td>" in page


def test_the_page_is_written_beside_what_is_printed(
    grade: Callable[..., Ran], tmp_path: Path
) -> None:
    file = tmp_path / "wire.html"
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as (base, _):
        ran = grade("trace", base, "--html", str(file))
    assert ran.exit_code == 0
    assert "2 bytes in 1 read" in ran.stdout
    assert drawing(file.read_text(encoding="utf-8")) is not None


def test_a_page_that_cannot_be_written_is_one_sentence(grade: Callable[..., Ran]) -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as (base, _):
        ran = grade("trace", base, "--html", "/nowhere/wire.html")
    assert ran.exit_code == 1
    assert "/nowhere/wire.html cannot be written" in ran.stderr
