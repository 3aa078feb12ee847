"""What came over the wire of one request, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Framing(StrEnum):
    """How a body says where it ends (RFC 9112, 6.3)."""

    CHUNKED = "chunked"
    LENGTH = "length"
    CLOSE = "close"  # where the connection does


class Ending(StrEnum):
    """How a capture came to its end."""

    COMPLETE = "complete"  # the end that the framing promised
    CUT = "cut off"
    TIME = "time is up"
    ENOUGH = "enough has come"
    INTERRUPTED = "interrupted"
    BROKEN = "no HTTP"


@dataclass(frozen=True, slots=True)
class Piece:
    """One chunk frame, or, of a body without frames, what one read gave.

    Times are seconds since the request set out: of the first byte and of the last one.
    """

    began: float
    at: float
    data: bytes
    whole: bool = True  # a frame that was cut off is not

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Connected:
    """How long the way to the server took, in seconds; `secured` is None without TLS."""

    peer: str
    looked_up: float
    connected: float
    secured: float | None = None
    tls: str = ""  # the version of TLS


@dataclass(slots=True)
class Capture:
    """One request and what became of it. Times are seconds since the request set out."""

    method: str
    url: str
    connection: Connected
    redirects: tuple[tuple[int, str], ...] = ()  # status, and the URL that answered with it
    head_at: float | None = None  # the first byte of the response
    version: str = ""
    status: int | None = None
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    framing: Framing = Framing.CLOSE
    pieces: list[Piece] = field(default_factory=list)
    received: int = 0  # bytes of body
    ended: float = 0.0
    ending: Ending = Ending.CUT
    why: str = ""  # of an ending that is BROKEN

    def header(self, name: str) -> str | None:
        """The value of a header; fields of one name are combined (RFC 9110, 5.3)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def body(self) -> bytes:
        return b"".join(piece.data for piece in self.pieces)

    @property
    def body_at(self) -> float | None:
        """When the first byte of the body came."""
        return self.pieces[0].began if self.pieces else None

    @property
    def media_type(self) -> str:
        """The type without its parameters, in lower case."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()
