"""A client's connection as the judge sees it, who is the server: requests in, any bytes out."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

HEAD_LIMIT = 1 << 16  # bytes of a request's head
_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Header names are in lower case; of several with one name the last one counts."""

    method: str
    target: str
    headers: Mapping[str, str]
    visit: Visit

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query, decoded."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(slots=True, eq=False)
class Visit:
    """One connection that the client has opened; `number` counts from 1."""

    number: int
    connection: socket.socket
    requests: list[Request] = field(default_factory=list)
    gone: bool = False  # the client has closed it
    noted: bool = False  # and that is in the log
    closed: bool = False  # we have
    malformed: str = ""  # what came that is no request
    sent: int = 0  # bytes that the kernel has taken
    _head: bytearray = field(default_factory=bytearray)

    def receive(self) -> bool:
        """Take what has come. Returns whether anything had."""
        came = False
        while not self.gone and not self.closed:
            try:
                data = self.connection.recv(_AT_ONCE)
            except BlockingIOError:
                break
            except ConnectionError:
                data = b""
            came = True
            if not data:
                self.gone = True
            self._head += data
            self._parse()
        return came

    def _parse(self) -> None:
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            head = self._head[:end].decode("latin-1")
            del self._head[: end + 4]
            self._take(head)
        if len(self._head) > HEAD_LIMIT:
            self.malformed = f"a head of more than {HEAD_LIMIT} bytes"

    def _take(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        parts = first.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            self.malformed = f"no request line: {first[:200]!r}"
            return
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self.requests.append(Request(parts[0], parts[1], headers, self))

    def send(self, data: bytes | memoryview) -> int:
        """Send as much as is taken without waiting. Returns how many bytes that was."""
        taken = 0
        view = memoryview(data)
        while view and not self.gone and not self.closed:
            try:
                count = self.connection.send(view[:_AT_ONCE])
            except BlockingIOError:
                break
            except ConnectionError:
                self.gone = True
                break
            taken += count
            view = view[count:]
        self.sent += taken
        return taken

    def end(self) -> None:
        """Close it in the ordinary way."""
        if not self.closed:
            self.closed = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
            self.connection.close()

    def reset(self) -> None:
        """Close it so that what was not read is lost, and the client is told so (TCP only)."""
        if not self.closed:
            self.closed = True
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The bytes of a response's head (RFC 9112, section 4)."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body (RFC 9112, section 7.1); an empty one would end it."""
    return b"%x\r\n%s\r\n" % (len(data), data) if data else b""


LAST_CHUNK = b"0\r\n\r\n"
