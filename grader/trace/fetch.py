"""A real request to a real server, with the time of every chunk.

h11 parses, because it alone keeps the chunk frames apart. No compression is asked for, and none is
decoded. A frame that comes in several reads has two times: those of its first and its last byte.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import h11

from grader import __version__
from grader.trace.address import Address, redirected
from grader.trace.capture import Capture, Connected, Ending, Framing, Piece
from grader.trace.dial import Unreachable, dial

HEAD_LIMIT = 64 * 1024  # bytes of a head, and of the line in front of a chunk
PIECE_LIMIT = 1 << 17
HOPS = 10
_READ = 1 << 18
_REDIRECTS = {301, 302, 303, 307, 308}
_SECRET = {"authorization", "cookie", "proxy-authorization"}  # for nobody but whom they are meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to ask for, and when it is enough."""

    to: Address
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    data: bytes = b""
    seconds: float = 30.0
    bytes: int = 32 << 20
    follow: bool = False


def fetch(asked: Asked, *, tell: Callable[[Capture], None] = lambda _: None) -> Capture:
    """What came, until it ended, or was enough, or somebody pressed Ctrl-C.

    `tell` is called whenever something has come. Raises `Unreachable` if there is no response,
    and `NoUrl` where a redirect leads nowhere.
    """
    passed: list[tuple[int, str]] = []
    while True:
        connection, way = dial(asked.to, seconds=asked.seconds)
        with connection:
            capture = _Exchange(asked, connection, way).run(tell)
        capture.redirects = tuple(passed)
        location = capture.header("Location")
        if not asked.follow or capture.status not in _REDIRECTS or location is None:
            return capture
        if len(passed) == HOPS:
            raise Unreachable(f"{asked.to.url} redirects, after {HOPS} redirects before it.")
        passed.append((capture.status, capture.url))
        asked = _next(asked, capture.status, redirected(asked.to, location))


def _next(asked: Asked, status: int, to: Address) -> Asked:
    """The request that a redirect asks for (RFC 9110, 15.4, and as browsers do)."""
    headers = asked.headers
    if to.origin != asked.to.origin:
        headers = tuple(field for field in headers if field[0].lower() not in _SECRET)
    changes = status == 303 or (status in (301, 302) and asked.method == "POST")
    if changes and asked.method != "HEAD":
        return replace(asked, to=to, headers=headers, method="GET", data=b"")
    return replace(asked, to=to, headers=headers)


class _Exchange:
    """One request on a connection of its own."""

    def __init__(self, asked: Asked, connection: socket.socket, way: Connected) -> None:
        self._asked = asked
        self._socket = connection
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._frame = bytearray()
        self._frame_began = self._frame_at = 0.0
        self._sent = time.monotonic()
        self.capture = Capture(asked.method, asked.to.url, way)

    def run(self, tell: Callable[[Capture], None]) -> Capture:
        """Send the request and read the response. Raises `Unreachable` if there is none."""
        seen = self.capture
        try:
            self._send()
            seen.ending = self._read_all(tell)
        except KeyboardInterrupt:
            if seen.status is None:
                raise
            seen.ending = Ending.INTERRUPTED
        except TimeoutError:
            seen.ending = Ending.TIME
        except h11.RemoteProtocolError as error:
            seen.ending, seen.why = Ending.BROKEN, str(error)
        except OSError:
            seen.ending = Ending.CUT
        seen.ended = self._now()
        if self._frame:
            self._add(self._frame_at, whole=False)
        if seen.status is None:
            raise Unreachable(self._no_response())
        return seen

    def _send(self) -> None:
        request = h11.Request(
            method=self._asked.method, target=self._asked.to.target, headers=self._fields()
        )
        message = self._parser.send(request) or b""
        if self._asked.data:
            message += self._parser.send(h11.Data(self._asked.data)) or b""
        message += self._parser.send(h11.EndOfMessage()) or b""
        self._socket.settimeout(self._asked.seconds)
        self._sent = time.monotonic()
        # A server may answer before it has read all, and hang up.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(message)

    def _fields(self) -> list[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in self._asked.headers}
        usual = [
            ("Host", self._asked.to.authority),
            ("User-Agent", f"streamdrill/{__version__}"),
            ("Accept", "*/*"),
        ]
        if self._asked.data:
            usual.append(("Content-Length", str(len(self._asked.data))))
            usual.append(("Content-Type", "application/json"))
        kept = [field for field in usual if field[0].lower() not in given]
        return [(n.encode(), v.encode()) for n, v in [*kept, *self._asked.headers]]

    def _read_all(self, tell: Callable[[Capture], None]) -> Ending:
        while True:
            left = self._asked.seconds - self._now()
            if left <= 0:
                return Ending.TIME
            self._socket.settimeout(left)
            data = self._socket.recv(_READ)
            if data and self.capture.head_at is None:
                self.capture.head_at = self._now()
            try:
                self._parser.receive_data(data)
                ending = self._take_all(self._now())
            except h11.RemoteProtocolError:
                if data:
                    raise
                return Ending.CUT
            if ending or not data:
                return ending or Ending.CUT
            tell(self.capture)

    def _take_all(self, now: float) -> Ending | None:
        """Take what the parser has. Returns how the response ended, if it did."""
        while True:
            match self._parser.next_event():
                case h11.Response() as response:
                    self._begin(response)
                case h11.Data() as piece:
                    self._take(piece, now)
                    if self._enough:
                        return Ending.ENOUGH
                case h11.EndOfMessage():
                    return Ending.COMPLETE
                case h11.InformationalResponse():
                    pass
                case _:  # NEED_DATA, PAUSED or ConnectionClosed
                    return None

    @property
    def _enough(self) -> bool:
        seen = self.capture
        return seen.received >= self._asked.bytes or len(seen.pieces) >= PIECE_LIMIT

    def _begin(self, response: h11.Response) -> None:
        seen = self.capture
        seen.status = response.status_code
        seen.version = response.http_version.decode("ascii")
        seen.reason = bytes(response.reason).decode("latin-1")
        seen.headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in response.headers.raw_items()
        ]
        if "chunked" in (seen.header("Transfer-Encoding") or "").lower():
            seen.framing = Framing.CHUNKED
        elif seen.header("Content-Length") is not None:
            seen.framing = Framing.LENGTH

    def _take(self, piece: h11.Data, now: float) -> None:
        if not self._frame:
            self._frame_began = now
        self._frame_at = now
        self._frame += piece.data
        self.capture.received += len(piece.data)
        if piece.chunk_end or self.capture.framing is not Framing.CHUNKED:
            self._add(now, whole=True)

    def _add(self, at: float, *, whole: bool) -> None:
        self.capture.pieces.append(Piece(self._frame_began, at, bytes(self._frame), whole))
        self._frame.clear()

    def _now(self) -> float:
        return time.monotonic() - self._sent

    def _no_response(self) -> str:
        where = self._asked.to.url
        match self.capture.ending:
            case Ending.TIME:
                return f"{where} gave no response within {self._asked.seconds:g} seconds."
            case Ending.BROKEN:
                return f"what {where} gave is not HTTP/1.1: {self.capture.why}."
        return f"{where} hung up without a response."


def fields(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Headers from lines like `Name: value`. Raises ValueError with the line that is none."""
    found = []
    for line in lines:
        name, colon, value = line.partition(":")
        try:
            if not colon:
                raise h11.LocalProtocolError("no colon")
            host = [] if name.lower() == "host" else [("Host", "x")]
            h11.Request(method="GET", target="/", headers=[*host, (name, value.strip())])
        except (h11.LocalProtocolError, UnicodeEncodeError):
            raise ValueError(f"{line!r} is no header; write it as 'Name: value'.") from None
        found.append((name, value.strip()))
    return tuple(found)
