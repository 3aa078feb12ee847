"""The client's side of the wire, against a server that sends anything.

Whatever comes, and however it is split: the client never raises, stops at its limits, says in one
sentence what was wrong, and comes to the same end.
"""

from __future__ import annotations

import socket
import tempfile
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge import wire
from grader.judge.wire import Client

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1 << 20
quick = settings(max_examples=150, deadline=None, derandomize=True)
thorough = settings(max_examples=20_000, deadline=None)


@dataclass(frozen=True, slots=True)
class End:
    """What is known of a response in the end."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    chunks: tuple[bytes, ...]
    complete: bool
    broken: bool


@contextmanager
def connected() -> Iterator[tuple[socket.socket, Client]]:
    """A server's end of a connection, and the client at the other, which has sent its request."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/s")
        listener.listen()
        client = Client(f"{folder}/s", number=1)
        server, _ = listener.accept()
        with server, closing(client):
            client.request("GET", "/", [])
            server.setblocking(False)
            yield server, client


def received(pieces: Iterable[bytes]) -> End:
    """What a client makes of these pieces, each read before the next one is sent."""
    with connected() as (server, client):
        for piece in pieces:
            server.sendall(piece)
            client.drain(0.0)
        server.shutdown(socket.SHUT_RDWR)
        client.drain(1.0)
        assert client.over
        assert not client.drain(2.0)
        return End(
            status=client.status,
            headers=tuple(client.headers),
            body=client.body,
            chunks=tuple(chunk.data for chunk in client.chunks),
            complete=client.complete,
            broken=bool(client.broken),
        )


def split(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The data in pieces of these sizes, as long as there are any, and the rest in one."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


# -- what servers send ---------------------------------------------------------------------------

token = st.from_regex(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}", fullmatch=True)
value = st.binary(max_size=24).map(lambda b: b.translate(None, b"\r\n\0").strip())
line_end = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"", b"\r\n "])
number = st.one_of(st.integers(-2, 300), st.sampled_from([2**31, 2**64, 10**30]))
status_line = st.builds(
    lambda version, code, reason, end: version + b" " + code + b" " + reason + end,
    st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2", b"http/1.1", b"SIP/2.0"]),
    st.sampled_from([b"200", b"204", b"304", b"500", b"100", b"103", b"101", b"99", b"1000", b""]),
    st.sampled_from([b"OK", b"", b"\xe9", b"a b"]),
    line_end,
)
header = st.one_of(
    st.builds(lambda k, v, end: k + b": " + v + end, token, value, line_end),
    st.builds(lambda n, end: b"Content-Length: %d" % n + end, number, line_end),
    st.builds(
        lambda coding, end: b"Transfer-Encoding: " + coding + end,
        st.sampled_from([b"chunked", b"gzip", b"gzip, chunked", b"identity", b""]),
        line_end,
    ),
    st.just(b"Content-Encoding: gzip\r\n"),
    st.just(b"Connection: close\r\n"),
)
head = st.builds(
    lambda line, headers, end: line + b"".join(headers) + end,
    status_line,
    st.lists(header, max_size=5),
    line_end,
)
frame = st.builds(
    lambda size, extension, end, data, more: b"%x" % abs(size) + extension + end + data + more,
    number,
    st.sampled_from([b"", b";x=1", b" ", b";" + b"y" * 99]),
    line_end,
    st.binary(max_size=40),
    line_end,
)
true_frame = st.binary(min_size=1, max_size=40).map(lambda b: b"%x\r\n%b\r\n" % (len(b), b))
part = st.one_of(
    head, frame, true_frame, st.binary(max_size=64), st.just(b"0\r\n\r\n"), st.just(CHUNKED)
)
anything = st.one_of(
    st.binary(max_size=400),
    st.lists(part, max_size=8).map(b"".join),
    st.lists(st.one_of(true_frame, part), max_size=8).map(lambda parts: CHUNKED + b"".join(parts)),
)
sizes = st.lists(st.integers(0, 40), max_size=12)


def ends_the_same(data: bytes, cuts: list[int]) -> None:
    """However it is split, the same comes of it, and something is wrong or it is a response."""
    whole = received([data])
    pieces = received(split(data, cuts))
    assert pieces.broken == whole.broken
    if not whole.broken:
        assert pieces == whole or _without_frames(pieces) == _without_frames(whole)
    if whole.complete:
        assert whole.status is not None


def _without_frames(end: End) -> tuple[object, ...]:
    """A body without chunk frames comes in the pieces in which it was read."""
    framed = ("transfer-encoding", "chunked") in [(k, v.lower()) for k, v in end.headers]
    chunks = end.chunks if framed else ()
    return end.status, end.headers, end.body, end.complete, chunks


@quick
@given(anything, sizes)
def test_anything_comes_to_the_same_end_however_it_is_split(data: bytes, cuts: list[int]) -> None:
    ends_the_same(data, cuts)


@pytest.mark.slow
@pytest.mark.timeout(900)
@thorough
@given(anything, sizes)
def test_anything_comes_to_the_same_end_thoroughly(data: bytes, cuts: list[int]) -> None:
    ends_the_same(data, cuts)


pieces_of_a_body = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


@quick
@given(pieces_of_a_body, sizes)
def test_chunks_are_those_that_were_sent(sent: list[bytes], cuts: list[int]) -> None:
    stream = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(b), b) for b in sent) + b"0\r\n\r\n"
    end = received(split(stream, cuts))
    assert (end.chunks, end.complete, end.broken) == (tuple(sent), True, False)


@quick
@given(pieces_of_a_body, st.booleans(), st.data())
def test_a_response_that_breaks_off_anywhere_is_never_complete(
    sent: list[bytes], chunked: bool, data: st.DataObject
) -> None:
    body = b"".join(sent)
    if chunked:
        frames = (b"%x\r\n%b\r\n" % (len(b), b) for b in sent)
        stream = CHUNKED + b"".join(frames) + b"0\r\n\r\n"
    else:
        stream = OK + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body + b"."
    cut = data.draw(st.integers(0, len(stream) - 1))
    end = received([stream[:cut]])
    assert (end.complete, end.broken) == (False, False)
    assert body.startswith(end.body)


@quick
@given(pieces_of_a_body, st.binary(min_size=1, max_size=60))
def test_whatever_comes_behind_the_end_is_noticed(sent: list[bytes], more: bytes) -> None:
    body = b"".join(sent)
    end = received([OK + b"Content-Length: %d\r\n\r\n" % len(body) + body + more])
    assert (end.body, end.complete, end.broken) == (body, True, True)


@quick
@given(pieces_of_a_body, st.integers(1, 99))
def test_a_length_that_is_not_the_bodys_is_noticed(sent: list[bytes], off: int) -> None:
    body = b"".join(sent)
    long, short = len(body) + off, max(len(body) - off, 0)
    end = received([OK + b"Content-Length: %d\r\n\r\n" % long + body])
    assert (end.complete, end.broken, end.body) == (False, False, body)
    if body:
        end = received([OK + b"Content-Length: %d\r\n\r\n" % short + body])
        assert (end.complete, end.broken, end.body) == (True, True, body[:short])


# -- what never ends -----------------------------------------------------------------------------

ENDLESS = {
    "a status line": (b"HTTP/1.1 200 ", b"O" * 999, "not HTTP/1.1"),
    "a header": (OK + b"X: ", b"x" * 999, "not HTTP/1.1"),
    "headers": (OK, b"X: y\r\n", "not HTTP/1.1"),
    "folded headers": (OK + b"X: y\r\n", b" z\r\n", "not HTTP/1.1"),
    "interim responses": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", "interim"),
    "a chunk's size": (CHUNKED, b"0", "not HTTP/1.1"),
    "a chunk's extension": (CHUNKED + b"1;", b"x" * 999, "not HTTP/1.1"),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n", "not HTTP/1.1"),
    "one chunk": (CHUNKED + b"fffffffffff\r\n", b"x" * 65_536, "longer than 1 MiB"),
    "large chunks": (CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n", "longer than 1 MiB"),
    "tiny chunks": (CHUNKED, b"1\r\na\r\n", "more than 2,000 pieces"),
    "a body of a known length": (
        OK + b"Content-Length: 99999999999\r\n\r\n",
        b"x" * 65_536,
        "longer than 1 MiB",
    ),
    "a body without a length": (OK + b"\r\n", b"x" * 65_536, "longer than 1 MiB"),
    "zeros, as gzip": (
        OK + b"Content-Encoding: gzip\r\n\r\n",
        b"\x1f\x8b" + b"\0" * 65_536,
        "longer than 1 MiB",
    ),
    "responses": (b"", OK + b"Content-Length: 1\r\n\r\na", "came after the end"),
}


def flood(head: bytes, piece: bytes) -> Client:
    """A client to which that head was sent, and then the piece for ever, until it had enough."""
    many = max(1, 4096 // len(piece))
    stream = chain([head], repeat(piece * many))
    with connected() as (server, client):
        pending = b""
        while not client.over:
            pending = pending or next(stream)
            try:
                pending = pending[server.send(pending) :]
            except BlockingIOError:
                client.drain(0.0)
        return client


@pytest.mark.parametrize(("head", "piece", "reason"), ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_ended(
    head: bytes, piece: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "BODY_LIMIT", MIB)
    monkeypatch.setattr(wire, "CHUNK_LIMIT", 2_000)
    client = flood(head, piece)
    assert reason in client.broken
    assert len(client.broken) < 300
    assert len(client.body) <= wire.KEPT


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("head", "piece", "_"), ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_takes_less_than_100_mib(head: bytes, piece: bytes, _: str) -> None:
    tracemalloc.start()
    try:
        flood(head, piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * MIB


def test_a_body_below_its_limits_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "KEPT", 10)
    monkeypatch.setattr(wire, "CHUNK_LIMIT", 50)
    fifty = b"".join(islice(repeat(b"1\r\na\r\n"), 50))
    assert received([CHUNKED + fifty]).body == b"a" * 50
    assert received([CHUNKED + fifty + b"1\r\na\r\n"]).body == b"a" * 10
