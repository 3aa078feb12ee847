"""What is read out of a capture: events, broken rules, headers, and whether it is held back."""

from __future__ import annotations

import pytest

from grader.trace.account import account
from grader.trace.capture import Capture, Ending
from grader.trace.events import is_stream, read
from grader.trace.headers import notes
from grader.trace.pace import Suspicion, pace

from .wires import captured

BOM = b"\xef\xbb\xbf"
EVENT = b"data: x\n\n"
SSE = ("Content-Type", "text/event-stream")


# The rules of server-sent events


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (EVENT, []),
        (BOM + EVENT, []),
        (b": comment\nid: 1\nretry: 10\nevent: tick\ndata: x\n\n", []),
        (b"id: 1\n\n: comment\n\n", []),
        (b"data\n\n", []),
        ("data: \ufffd\n\n".encode(), []),
        (EVENT + BOM + EVENT, ["bom"]),
        (BOM + BOM + EVENT, ["bom"]),
        (b"nonsense\ndata: x\n\n", ["field"]),
        (b"Data: x\n\n", ["field"]),
        (b"data : x\n\n", ["field"]),
        (b"retry: 1s\ndata: x\n\n", ["retry"]),
        (b"id: a\0b\ndata: x\n\n", ["id"]),
        (b"event: tick\n\n", ["no-data"]),
        (b"event: error\ndata: x\n\n", ["error"]),
        (b"data: \xff\n\n", ["utf-8"]),
        (b"data: x\n", ["unfinished"]),
        (EVENT + b"data: x", ["unfinished"]),
        (b"{}\r\nretry: -1\n\n", ["field", "retry"]),
    ],
)
def test_a_broken_rule_is_named(body: bytes, rules: list[str]) -> None:
    whole = [breach.rule for breach in read(captured((0, body))).breaches]
    assert whole == rules
    split = captured(*((at, body[at : at + 1]) for at in range(len(body))))
    assert [breach.rule for breach in read(split).breaches] == rules


def test_a_broken_rule_has_its_line_and_its_time() -> None:
    capture = captured((1.0, EVENT), (2.0, b"data: y\noops\n\n"), (3.0, b"data: \xff\n\n"))
    places = [(breach.rule, breach.line, breach.at) for breach in read(capture).breaches]
    assert places == [("field", 4, 2.0), ("utf-8", 6, 3.0)]


@pytest.mark.parametrize("ending", [Ending.TIME, Ending.INTERRUPTED, Ending.CUT])
def test_what_was_not_waited_for_is_not_the_streams_fault(ending: Ending) -> None:
    capture = captured((0, EVENT + "data: é".encode()[:-1]), ending=ending)
    assert read(capture).breaches == []


@pytest.mark.parametrize(
    ("content_type", "rules"),
    [
        ("text/event-stream", []),
        ("Text/Event-Stream; charset=UTF-8", []),
        ('text/event-stream; charset="utf-8"; x=y', []),
        ("text/event-stream; charset=latin-1", ["charset"]),
        ("text/plain", ["type"]),
    ],
)
def test_the_type_has_to_be_right(content_type: str, rules: list[str]) -> None:
    capture = captured((0, EVENT), headers=[("content-type", content_type)])
    assert is_stream(capture)
    assert [breach.rule for breach in read(capture).breaches] == rules


@pytest.mark.parametrize(
    "body", [b"{}", b"", b"databases: 1\n", b":" * 2000, b"hello: data: x\n\n"]
)
def test_other_bodies_are_not_read_as_events(body: bytes) -> None:
    assert not is_stream(captured((0, body), headers=[("Content-Type", "text/plain")]))


def test_each_event_knows_the_chunk_that_completed_it() -> None:
    stream = read(captured((0, b"data: 1\n"), (1, b"\ndata: 2\n\n"), (2, b"")))
    assert [(seen.event.data, seen.piece) for seen in stream.events] == [("1", 1), ("2", 1)]


# Headers


def noted(*headers: tuple[str, str]) -> dict[str, bool | None]:
    return {note.name: note.good for note in notes(captured((0, EVENT), headers=headers))}


def test_what_a_stream_of_events_lacks_is_told() -> None:
    found = noted(SSE, ("Transfer-Encoding", "chunked"))
    assert (found["Cache-Control"], found["X-Accel-Buffering"]) == (False, False)


def test_what_it_should_have_is_praised_or_passed_over() -> None:
    found = noted(
        SSE,
        ("Transfer-Encoding", "chunked"),
        ("Cache-Control", "no-cache"),
        ("X-Accel-Buffering", "no"),
        ("Connection", "keep-alive"),
    )
    assert False not in found.values()
    assert found["X-Accel-Buffering"] is True


def test_nginx_keeps_x_accel_buffering_for_itself_so_nothing_is_said_against_it() -> None:
    found = noted(SSE, ("Transfer-Encoding", "chunked"), ("Server", "nginx/1.27"))
    assert found["X-Accel-Buffering"] is None


def test_two_lengths_are_a_fault_and_so_is_none() -> None:
    both = noted(("Content-Type", "x/y"), ("Transfer-Encoding", "chunked"), ("Content-Length", "9"))
    assert both["Transfer-Encoding"] is False
    assert noted(("Content-Type", "x/y"))["Content-Length"] is False
    assert noted(SSE, ("Content-Length", "9"))["Content-Length"] is False


# Whether it is held back


def live(*times: float, head_at: float = 0.0, headers: tuple[tuple[str, str], ...] = ()) -> Capture:
    """An event at each of these times."""
    return captured(*((at, EVENT) for at in times), head_at=head_at, headers=[SSE, *headers])


@pytest.mark.parametrize(
    ("capture", "suspicion"),
    [
        (live(), Suspicion.UNKNOWN),
        (live(0.0, 5.0), Suspicion.UNKNOWN),
        (live(0.1, 0.101, 0.102), Suspicion.UNKNOWN),
        (live(0.0, 0.5, 1.0, 1.5), Suspicion.NONE),
        (live(*(n / 10 for n in range(9))), Suspicion.NONE),
        (live(0.0, 0.001, 0.5, 1.0, 1.5), Suspicion.NONE),
        (live(5.0, 5.001, 5.002, head_at=0.01), Suspicion.POSSIBLE),
        (live(5.0, 5.001, 5.002, head_at=5.0), Suspicion.POSSIBLE),
        (live(1.0, 1.001, 2.0, 2.001, 3.0, 3.001), Suspicion.POSSIBLE),
        (captured((5.0, EVENT * 3), head_at=0.01), Suspicion.LIKELY),
        (captured((5.0, EVENT * 3), head_at=5.0), Suspicion.POSSIBLE),
        (captured((1.0, EVENT * 3), (2.0, EVENT * 3)), Suspicion.POSSIBLE),
    ],
)
def test_it_is_said_how_sure_it_is(capture: Capture, suspicion: Suspicion) -> None:
    assert pace(capture, read(capture)).suspicion is suspicion


def test_bursts_of_the_size_of_a_buffer_are_likely_one() -> None:
    body = EVENT * 3000
    pieces = [(float(n), body[n * 4096 : (n + 1) * 4096]) for n in range(5)]
    capture = captured(*pieces)
    assert pace(capture, read(capture)).suspicion is Suspicion.LIKELY


def test_a_proxy_that_gives_itself_away_is_named() -> None:
    capture = live(5.0, 5.001, 5.002, headers=(("Via", "1.1 cache"),))
    assert "A proxy shows in Via" in pace(capture, read(capture)).text


def test_other_bodies_are_judged_by_their_pieces() -> None:
    headers = [("Content-Type", "application/json")]
    capture = captured((0.0, b"1"), (1.0, b"2"), (2.0, b"3"), headers=headers)
    assert account(capture).pace.suspicion is Suspicion.NONE
