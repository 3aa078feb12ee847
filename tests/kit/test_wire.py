"""The client's side of the wire, against a server that sends exactly these bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.judge import wire
from grader.judge.wire import Chunk, Client

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


class Server:
    """A server with one connection, and the client at the other end of it."""

    def __init__(self, directory: Path, method: str) -> None:
        address = str(directory / "s")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            self.client = Client(address, number=1)
            self.connection, _ = listener.accept()
        self.client.request(method, "/path", [("X-Header", "value")])
        self.request = self.connection.recv(1 << 16)
        self.now = 0.0

    def send(self, *pieces: bytes) -> Client:
        """Send each piece, and have the client read it, a second after the last one."""
        for piece in pieces:
            self.connection.sendall(piece)
            self.client.drain(self.now)
            self.now += 1.0
        return self.client

    def close(self) -> Client:
        self.connection.close()
        self.client.drain(self.now)
        return self.client


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    started = Server(tmp_path, getattr(request, "param", "GET"))
    yield started
    started.connection.close()
    started.client.close()


def test_the_request_is_plain_http_1_1(server: Server) -> None:
    assert server.request == (
        b"GET /path HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept: */*\r\nX-Header: value\r\n\r\n"
    )


def test_chunks_that_come_in_one_read_stay_apart(server: Server) -> None:
    client = server.send(CHUNKED + b"2\r\nab\r\n3\r\ncde\r\n")
    assert client.chunks == [Chunk(0.0, b"ab"), Chunk(0.0, b"cde")]


def test_a_chunk_that_comes_in_several_reads_is_one(server: Server) -> None:
    client = server.send(CHUNKED + b"5\r\na", b"bc", b"de\r\n")
    assert client.chunks == [Chunk(2.0, b"abcde")]


def test_an_unfinished_chunk_belongs_to_the_body(server: Server) -> None:
    client = server.send(CHUNKED + b"2\r\nab\r\n5\r\ncd")
    assert (client.body, client.received, len(client.chunks)) == (b"abcd", 4, 1)


@pytest.mark.parametrize("size", [1, 2])
def test_a_response_may_come_in_pieces_of_any_size(server: Server, size: int) -> None:
    stream = CHUNKED + b"2\r\nab\r\n3;extension=1\r\ncde\r\n0\r\nTrailer: x\r\n\r\n"
    client = server.send(*(stream[start : start + size] for start in range(0, len(stream), size)))
    assert [chunk.data for chunk in client.chunks] == [b"ab", b"cde"]
    assert (client.status, client.complete, client.broken) == (200, True, "")


def test_a_body_of_a_known_length_is_complete_with_its_last_byte(server: Server) -> None:
    client = server.send(OK + b"Content-Length: 4\r\n\r\nab")
    assert (client.complete, client.over) == (False, False)
    server.send(b"cd")
    assert (client.complete, client.over, client.body) == (True, True, b"abcd")


def test_chunks_are_complete_with_the_last_one(server: Server) -> None:
    client = server.send(CHUNKED + b"2\r\nab\r\n")
    assert not client.complete
    assert server.send(b"0\r\n\r\n").complete


def test_a_body_without_a_length_is_complete_when_the_connection_is_closed(server: Server) -> None:
    client = server.send(OK + b"\r\nab", b"cd")
    assert not client.complete
    assert (server.close().complete, client.body) == (True, b"abcd")


@pytest.mark.parametrize("server", ["HEAD"], indirect=True)
def test_a_response_to_head_has_no_body(server: Server) -> None:
    client = server.send(OK + b"Content-Length: 4\r\n\r\n")
    assert (client.complete, client.received) == (True, 0)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 2",
        OK,
        OK + b"Content-Length: 4\r\n\r\nab",
        CHUNKED + b"5\r\nab",
        CHUNKED + b"2\r\nab\r\n",
    ],
    ids=["nothing", "status line", "head", "length", "inside a chunk", "between chunks"],
)
def test_a_response_that_is_cut_off_is_over_and_incomplete(server: Server, sent: bytes) -> None:
    assert not server.send(sent).over
    client = server.close()
    assert (client.over, client.closed, client.complete, client.broken) == (True, True, False, "")


BREACHES = {
    "not HTTP": (b"garbage\r\n\r\n", "not HTTP/1.1"),
    "binary": (bytes(range(256)), "not HTTP/1.1"),
    "two lengths": (OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "not HTTP/1.1"),
    "a length that is none": (OK + b"Content-Length: many\r\n\r\n", "not HTTP/1.1"),
    "a chunk without a size": (CHUNKED + b"data: a\r\n\r\n", "not HTTP/1.1"),
    "a chunk that is longer than its size": (CHUNKED + b"2\r\nabcd\r\n", "not HTTP/1.1"),
    "an unknown coding": (OK + b"Transfer-Encoding: gzip\r\n\r\n", "not HTTP/1.1"),
    "a body beyond its length": (OK + b"Content-Length: 2\r\n\r\nabcd", "2 bytes came after"),
    "something behind the last chunk": (CHUNKED + b"0\r\n\r\n0\r\n\r\n", "5 bytes came after"),
    "a head without an end": (OK + b"X: " + b"x" * wire.HEAD_LIMIT, "not HTTP/1.1"),
    "headers without an end": (OK + b"X: y\r\n" * wire.HEAD_LIMIT, "not HTTP/1.1"),
    "endless interim responses": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9, "interim"),
    "an upgrade": (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "not HTTP/1.1"),
}


@pytest.mark.parametrize(("sent", "reason"), BREACHES.values(), ids=BREACHES)
def test_a_breach_of_the_protocol_is_named(server: Server, sent: bytes, reason: str) -> None:
    client = server.send(*(sent[start : start + 4096] for start in range(0, len(sent), 4096)))
    assert reason in client.broken
    assert client.over


def test_what_comes_after_the_end_is_seen_later_too(server: Server) -> None:
    client = server.send(OK + b"Content-Length: 2\r\n\r\nab")
    assert (client.complete, client.broken) == (True, "")
    server.send(b"cd")
    assert "2 bytes came after" in client.broken


def test_two_interim_responses_are_passed_over(server: Server) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" * wire.INTERIM_LIMIT
    client = server.send(interim + OK + b"Content-Length: 0\r\n\r\n")
    assert (client.status, client.complete, client.broken) == (200, True, "")


@pytest.mark.parametrize(
    ("limit", "reason"), [("BODY_LIMIT", "longer than"), ("CHUNK_LIMIT", "more than 2 pieces")]
)
def test_a_body_has_limits(
    server: Server, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    monkeypatch.setattr(wire, limit, 2)
    client = server.send(CHUNKED + b"1\r\na\r\n" * 2)
    assert client.broken == ""
    assert reason in server.send(b"1\r\na\r\n").broken


def test_headers_of_one_name_are_combined_and_found_in_any_case(server: Server) -> None:
    client = server.send(OK + b"Allow: GET\r\nX-Other: \xe9\r\nallow: HEAD\r\n\r\n")
    assert client.header("ALLOW") == "GET, HEAD"
    assert client.header("x-other") == "é"
    assert client.header("x-missing") is None


def test_a_client_that_does_not_read_sees_nothing(server: Server) -> None:
    server.client.reading = False
    assert server.send(OK + b"Content-Length: 2\r\n\r\nab").status is None
    server.client.reading = True
    assert server.client.drain(5.0)
    assert server.client.chunks == [Chunk(5.0, b"ab")]


def test_draining_says_whether_anything_came(server: Server) -> None:
    assert not server.client.drain(0.0)
    server.connection.sendall(OK)
    assert server.client.drain(0.0)
    server.connection.close()
    assert server.client.drain(0.0)
    assert not server.client.drain(0.0)


def test_a_client_that_hangs_up_is_over_and_the_server_notices(server: Server) -> None:
    server.client.hang_up()
    assert (server.client.over, server.client.complete) == (True, False)
    assert server.connection.recv(1) == b""


def test_where_nobody_listens_the_connection_is_closed(tmp_path: Path) -> None:
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
    client = Client(address, number=1)
    client.request("GET", "/", [])
    assert (client.over, client.status, client.drain(0.0)) == (True, None, False)
    client.close()
