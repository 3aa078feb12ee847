"""The client's side of one request: real HTTP/1.1 bytes, read with limits on everything.

h11 parses, because it alone keeps the chunk frames apart: one `Chunk` for each frame that the
server sent, however many reads it took. No compression is asked for, and none is decoded.
"""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

import h11

HEAD_LIMIT = 32 * 1024  # bytes
BODY_LIMIT = 32 << 20  # bytes; a body and a copy of it, to be parsed, stay below 100 MiB
CHUNK_LIMIT = 1 << 17
KEPT = 1 << 16  # bytes of a body beyond its limits, for the report
INTERIM_LIMIT = 2  # responses with a status of 1xx
_READ = 1 << 18


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk frame, or one piece of a body that has no frames."""

    at: float  # seconds since the stage began
    data: bytes


class Client:
    """One request on a connection of its own. The stage's verbs read and fill it."""

    def __init__(self, address: str, *, number: int) -> None:
        self.number = number  # from 1, in the order of the requests of one stage
        self.reading = True
        self.gone = False  # the client has hung up
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[Chunk] = []
        self.received = 0  # bytes of body, as yet unfinished chunks included
        self.complete = False  # the body came to the end that its framing promised
        self.closed = False  # the server has closed the connection
        self.broken = ""  # why what came is not a response
        self.endless = False  # it is because there was more of a body than anybody reads
        self._interim = 0
        self._frame = bytearray()
        self._framed = False
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.connect(address)
        except ConnectionError:  # nobody listens there any more
            self.closed = True

    def request(self, method: str, target: str, headers: list[tuple[str, str]]) -> None:
        """Send the request; the connection is asked to stay open."""
        lines = [("Host", "127.0.0.1:8000"), ("Accept", "*/*"), *headers]
        fields = [(name.encode(), value.encode()) for name, value in lines]  # UTF-8, as browsers do
        request = h11.Request(method=method, target=target, headers=fields)
        data = self._parser.send(request)
        end = self._parser.send(h11.EndOfMessage())
        try:
            if not self.closed:
                self.socket.sendall(data + end)
        except ConnectionError:
            self.closed = True
        self.socket.setblocking(False)

    def header(self, name: str) -> str | None:
        """The value of a header; fields of one name are combined (RFC 9110, 5.3)."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None

    @property
    def body(self) -> bytes:
        return b"".join([*(chunk.data for chunk in self.chunks), self._frame])

    @property
    def begun(self) -> bool:
        """Whether the response has begun, which a client that does not read has yet to see."""
        if self.status is not None or self.gone:
            return self.status is not None
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except (BlockingIOError, ConnectionError):
            return False

    @property
    def over(self) -> bool:
        """Whether nothing more can come."""
        return self.complete or self.closed or bool(self.broken) or self.gone

    def drain(self, now: float) -> bool:
        """Read all that has come, without waiting. Returns whether anything had."""
        came = False
        while self.reading and not (self.closed or self.broken or self.gone):
            try:
                data = self.socket.recv(_READ)
            except BlockingIOError:
                break
            except ConnectionError:
                data = b""
            came = True
            if not data:
                self.closed = True
            self._parse(data, now)
        return came

    def hang_up(self) -> None:
        """Close the connection, as a browser tab does that is shut."""
        self.gone = True
        self.socket.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()

    def _parse(self, data: bytes, now: float) -> None:
        try:
            self._parser.receive_data(data)
            while not self.broken and self._take(now):
                pass
        except h11.RemoteProtocolError as error:
            if not self.closed:  # else it is cut off, which is not a breach of the protocol
                self.broken = f"not HTTP/1.1: {error}"
        extra, _ = self._parser.trailing_data
        if self.complete and extra:
            self.broken = f"{len(extra)} bytes came after the end of the response"

    def _take(self, now: float) -> bool:
        """Take one event from the parser. Returns whether there may be more."""
        if self._parser.their_state in (h11.DONE, h11.MUST_CLOSE, h11.CLOSED):
            return False
        match self._parser.next_event():
            case h11.InformationalResponse():
                self._interim += 1
                if self._interim > INTERIM_LIMIT:
                    self.broken = f"more than {INTERIM_LIMIT} interim (1xx) responses"
            case h11.Response(status_code=status, headers=headers):
                self.status = status
                self.headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in headers]
                self._framed = (self.header("transfer-encoding") or "").lower() == "chunked"
            case h11.Data() as piece:
                self._add(piece, now)
            case h11.EndOfMessage():
                self.complete = True
            case _:  # NEED_DATA, PAUSED or ConnectionClosed
                return False
        return True

    def _add(self, piece: h11.Data, now: float) -> None:
        self.received += len(piece.data)
        self._frame += piece.data
        if piece.chunk_end or not self._framed:
            self.chunks.append(Chunk(now, bytes(self._frame)))
            self._frame.clear()
        if self.received > BODY_LIMIT:
            self._cut_short(f"the body is longer than {BODY_LIMIT >> 20} MiB")
        elif len(self.chunks) > CHUNK_LIMIT:
            self._cut_short(f"the body came in more than {CHUNK_LIMIT:,} pieces")

    def _cut_short(self, reason: str) -> None:
        """Keep the beginning of a body that has no end: what is beyond it is of no use."""
        self.broken, self.endless = reason, True
        beginning = bytearray()
        for chunk in self.chunks:
            beginning += chunk.data[: KEPT - len(beginning)]
        beginning += self._frame[: KEPT - len(beginning)]
        self.chunks, self._frame = [], beginning
