"""A server that says what a test wants it to say, and captures that were never on a wire."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

from grader.trace.capture import Capture, Connected, Ending, Framing, Piece

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@contextmanager
def serving(*answers: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server's URL, and the heads of the requests that it got.

    It answers each connection with the next of `answers` and hangs up; after None it does not.
    """
    heads: list[bytes] = []
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_serve, args=(listener, answers, heads, held), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads
        for connection in held:
            connection.close()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(
    listener: socket.socket,
    answers: Sequence[bytes | None],
    heads: list[bytes],
    held: list[socket.socket],
) -> None:
    for answer in answers:
        try:
            connection, _ = listener.accept()
        except OSError:  # fewer came than were expected
            return
        head = b""
        while b"\r\n\r\n" not in head and (data := connection.recv(1 << 16)):
            head += data
        heads.append(head)
        if answer is None:
            held.append(connection)
            continue
        connection.sendall(answer)
        connection.close()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def captured(
    *pieces: tuple[float, bytes],
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/event-stream"),),
    head_at: float = 0.0,
    ending: Ending = Ending.COMPLETE,
) -> Capture:
    """What would have come, had the pieces come at those times."""
    return Capture(
        method="GET",
        url="http://127.0.0.1:8000/",
        connection=Connected("127.0.0.1:8000", 0.0, 0.0),
        head_at=head_at,
        version="1.1",
        status=200,
        reason="OK",
        headers=list(headers),
        framing=Framing.CHUNKED,
        pieces=[Piece(at, at, data) for at, data in pieces],
        received=sum(len(data) for _, data in pieces),
        ended=pieces[-1][0] if pieces else head_at,
        ending=ending,
    )
