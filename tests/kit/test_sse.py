"""The strict parser of server-sent events, against WHATWG HTML 9.2, whole and in small pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sse import Event, SseParser, TooLong

BOM = b"\xef\xbb\xbf"

# What is sent, and the events that an EventSource dispatches.
STREAMS: dict[str, tuple[bytes, list[Event]]] = {
    "lf": (b"data: a\n\n", [Event("a")]),
    "crlf": (b"data: a\r\n\r\n", [Event("a")]),
    "cr": (b"data: a\r\rdata: b\r\r", [Event("a"), Event("b")]),
    "line ends mixed": (b"data: a\r\ndata: b\rdata: c\n\r\n", [Event("a\nb\nc")]),
    "lf then crlf is two line ends": (b"data: a\n\r\ndata: b\n\n", [Event("a"), Event("b")]),
    "no other character ends a line": (
        "data: a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\n\n".encode(),
        [Event("a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg")],
    ),
    "several data lines": (b"data: a\ndata: b\n\n", [Event("a\nb")]),
    "blank data lines are lines": (b"data\ndata:\ndata: \n\n", [Event("\n\n")]),
    "one empty data line is an event": (b"data\n\n", [Event("")]),
    "no data line is no event": (b"event: tick\n\n: only a comment\n\n\n\n", []),
    "byte order mark": (BOM + b"data: a\n\n", [Event("a")]),
    "byte order mark, the second": (BOM + BOM + b"data: a\n\ndata: b\n\n", [Event("b")]),
    "byte order mark inside": (b"data: a\n\n" + BOM + b"data: b\n\n", [Event("a")]),
    "one space belongs to the syntax": (b"data:a\ndata: b\ndata:  c\n\n", [Event("a\nb\n c")]),
    "a tab does not": (b"data:\ta\n\n", [Event("\ta")]),
    "trailing spaces stay": (b"data: a \n\n", [Event("a ")]),
    "only the first colon counts": (b"data: a: b:c\n\n", [Event("a: b:c")]),
    "a field name is exact": (b"Data: a\ndata : b\n data: c\nDATA: d\n\n", []),
    "unknown fields": (b"nonsense\nx-data: a\ndata: b\n\n", [Event("b")]),
    "comments": (b": keep-alive\ndata: a\n:\ndata: b\n\n", [Event("a\nb")]),
    "type": (b"event: tick\ndata: a\n\n", [Event("a", "tick")]),
    "type is of one event": (
        b"event: tick\ndata: a\n\ndata: b\n\n",
        [Event("a", "tick"), Event("b")],
    ),
    "type of a block without data": (b"event: tick\n\ndata: a\n\n", [Event("a")]),
    "the last type counts": (b"event: x\nevent: y\ndata: a\n\n", [Event("a", "y")]),
    "an empty type is message": (b"event: x\nevent:\ndata: a\n\n", [Event("a")]),
    "id": (b"id: 7\ndata: a\n\n", [Event("a", last_event_id="7")]),
    "id stays": (
        b"id: 7\ndata: a\n\ndata: b\n\n",
        [Event("a", last_event_id="7"), Event("b", last_event_id="7")],
    ),
    "id of a block without data": (b"id: 7\n\ndata: a\n\n", [Event("a", last_event_id="7")]),
    "id behind the data": (b"data: a\nid: 7\n\n", [Event("a", last_event_id="7")]),
    "an empty id resets it": (
        b"id: 7\ndata: a\n\nid\ndata: b\n\n",
        [Event("a", last_event_id="7"), Event("b")],
    ),
    "an id with NULL is ignored": (
        b"id: 7\ndata: a\n\nid: 8\x009\ndata: b\n\n",
        [Event("a", last_event_id="7"), Event("b", last_event_id="7")],
    ),
    "not ended": (b"data: a\n\ndata: b\n", [Event("a")]),
    "not even a line": (b"data: a\n\ndata: b", [Event("a")]),
    "nothing": (b"", []),
    "several bytes a character": ("data: é€🥨\n\n".encode(), [Event("é€🥨")]),
    "invalid UTF-8 is replaced": (b"data: a\xffb\n\n", [Event("a\ufffdb")]),
    "a cut character is replaced": (b"data: a\xf0\x9f\n\n", [Event("a\ufffd")]),
    "JSON": (b'data: {"a": [1, 2]}\n\n', [Event('{"a": [1, 2]}')]),
}

RETRIES: dict[bytes, int | None] = {
    b"retry: 2500\n": 2500,
    b"retry:0\n": 0,
    b"retry: 5\nretry: 7\n": 7,
    b"retry\n": None,
    b"retry: \n": None,
    b"retry: -1\n": None,
    b"retry: +1\n": None,
    b"retry: 1.5\n": None,
    b"retry: 10s\n": None,
    b"retry:  10\n": None,  # the second space belongs to the value
    "retry: ٣\n".encode(): None,  # a digit, and not an ASCII one
    "retry: ²\n".encode(): None,
    b"retry: 2500\nretry: soon\n": 2500,
    b"retry: 2500\nretry: " + b"9" * 5000 + b"\n": 2500,  # more than a number in Python may have
}


def parse(stream: bytes, *, size: int) -> tuple[SseParser, list[Event]]:
    """The parser, and all that it dispatched, when fed in pieces of `size` bytes."""
    parser = SseParser()
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    return parser, [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("size", [1, 2, 1 << 20], ids=["bytes", "pairs", "whole"])
@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_dispatches(stream: bytes, events: list[Event], size: int) -> None:
    assert parse(stream, size=size)[1] == events


@pytest.mark.parametrize("size", [1, 2, 1 << 20], ids=["bytes", "pairs", "whole"])
@pytest.mark.parametrize(("stream", "retry"), RETRIES.items())
def test_retry_is_made_of_ascii_digits_only(stream: bytes, retry: int | None, size: int) -> None:
    assert parse(stream, size=size)[0].retry == retry


@pytest.mark.parametrize("cut", range(len(b"data: a\r\n\r\ndata: b\r\n\r\n") + 1))
def test_an_event_may_be_cut_anywhere(cut: int) -> None:
    stream = b"data: a\r\n\r\ndata: b\r\n\r\n"
    parser = SseParser()
    assert parser.feed(stream[:cut]) + parser.feed(stream[cut:]) == [Event("a"), Event("b")]


def test_an_event_is_dispatched_with_the_carriage_return_that_ends_it() -> None:
    parser = SseParser()
    assert parser.feed(b"data: a\r\n\r") == [Event("a")]
    assert parser.feed(b"\n") == []


@pytest.mark.parametrize(
    ("stream", "last_event_id"),
    [
        (b"", "6"),
        (b"data: a\n\n", "6"),
        (b"id: 7\ndata: a\n\n", "7"),
        (b"id: 7\n\n", "7"),
        (b"id: 7\ndata: a\n", "6"),  # what is discarded takes its id with it
        (b"id: 7\0\n\n", "6"),
        (b"id\n\n", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 1 << 20], ids=["bytes", "pairs", "whole"])
def test_a_block_that_has_ended_sets_the_last_event_id(
    stream: bytes, last_event_id: str, size: int
) -> None:
    parser = SseParser("6")
    for start in range(0, len(stream), size):
        parser.feed(stream[start : start + size])
    assert parser.last_event_id == last_event_id


# What streams are put together from: line ends, the syntax, and what other parsers stumble over.
TOKENS = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", BOM, b"\0"),
    *(b"data", b"event", b"id", b"retry", b":", b" ", b": ", b"a", b"7"),
    *("é🥨\u2028\u0085\u0663".encode(), b"\xff", b"\xf0\x9f", b"\x0b\x1c\t"),
]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    tokens=st.lists(st.sampled_from(TOKENS), max_size=60),
    cuts=st.lists(st.integers(0, 240), max_size=12),
)
def test_no_split_of_the_bytes_changes_anything(tokens: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(tokens)
    whole, events = parse(stream, size=1 << 20)
    parser = SseParser()
    ends = sorted({*cuts, 0, len(stream)})
    pieces = [stream[start:end] for start, end in pairwise(ends)]
    assert [event for piece in pieces for event in parser.feed(piece)] == events
    found = (parser.last_event_id, parser.retry, parser.comments, parser.unfinished)
    assert found == (whole.last_event_id, whole.retry, whole.comments, whole.unfinished)


def test_an_empty_piece_changes_nothing() -> None:
    parser = SseParser()
    assert parser.feed(b"data: a\r") == parser.feed(b"") == []
    assert parser.feed(b"\n\r\n") == [Event("a")]


def test_comments_are_counted() -> None:
    assert parse(b": one\n:\ndata: a\n: three\n\n", size=1)[0].comments == 3


@pytest.mark.parametrize(
    ("stream", "unfinished"),
    [
        (b"data: a\n\n", ""),
        (b"data: a\n\ndata: b\n", "b\n"),
        (b"data: a\n\ndata: b\ndata: c", "b\ndata: c"),
        (b"data: a\n\nda", "da"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 1 << 20], ids=["bytes", "pairs", "whole"])
def test_what_has_no_blank_line_behind_it_is_unfinished(
    stream: bytes, unfinished: str, size: int
) -> None:
    assert parse(stream, size=size)[0].unfinished == unfinished


@pytest.mark.parametrize(
    "piece",
    [b"x" * 100, b"\ndata: " + b"x" * 93, b"\ndata:" * 100],
    ids=["line", "lines", "empty lines"],
)
def test_an_event_without_an_end_is_refused(piece: bytes) -> None:
    parser = SseParser(longest=1000)
    assert parser.feed(b"data: a\n\ndata: ") == [Event("a")]
    assert [event for _ in range(9) for event in parser.feed(piece)] == []
    with pytest.raises(TooLong, match="1,000 characters"):
        parser.feed(piece * 2)


def test_many_events_are_no_long_one() -> None:
    parser = SseParser(longest=1000)
    events = [event for _ in range(12) for event in parser.feed(b"data: " + b"x" * 500 + b"\n\n")]
    assert events == [Event("x" * 500)] * 12
