"""Messages between judge and stage: framing only, no I/O.

A message is a JSON object with a `kind`, and raw bytes beside it (an item of a file, say). On the
wire: two unsigned 32-bit lengths, big-endian, then the JSON, then the bytes. The judge treats what
the stage sends as hostile: `Decoder` refuses lengths beyond its limits before it buffers them.

From the stage                      To the stage
    started, ended     (guardian)       load                          (zygote)
    loaded, refused    (loader)         spawn, become, end, status    (loader)
    spawned, status    (loader)         reply, settle, advance, where, collect, tasks
    ask, opened, closed, withdrawn
    idle, slept, raised, livelock, answer
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LENGTHS = struct.Struct("!II")
JSON_LIMIT = 1 << 20
PAYLOAD_LIMIT = 16 << 20
TOLD = "  that is all\n"  # what ends an answer on the trace descriptor, which is text


class ProtocolViolation(Exception):
    """The other side sent something that is not a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its kind, its JSON fields and its raw bytes."""

    kind: str
    fields: dict[str, Any]
    payload: bytes = b""

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def encode(kind: str, payload: bytes = b"", /, **fields: Any) -> bytes:
    """The bytes of one message. `fields` must be JSON-serialisable."""
    document = json.dumps({"kind": kind, **fields}).encode()
    return _LENGTHS.pack(len(document), len(payload)) + document + payload


class Decoder:
    """Turns received bytes into messages, however they were split."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield every message that `data` completes. Raises `ProtocolViolation`."""
        self._buffer += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> Message | None:
        if len(self._buffer) < _LENGTHS.size:
            return None
        json_length, payload_length = _LENGTHS.unpack_from(self._buffer)
        if json_length > JSON_LIMIT or payload_length > PAYLOAD_LIMIT:
            raise ProtocolViolation(f"a message of {json_length} + {payload_length} bytes")
        start = _LENGTHS.size
        middle, end = start + json_length, start + json_length + payload_length
        if len(self._buffer) < end:
            return None
        document, payload = bytes(self._buffer[start:middle]), bytes(self._buffer[middle:end])
        del self._buffer[:end]
        return _message(document, payload)


def _message(document: bytes, payload: bytes) -> Message:
    try:
        fields = json.loads(document, parse_float=_finite, parse_constant=_finite)
        kind = fields.pop("kind")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        kind = None
    if not isinstance(kind, str):
        raise ProtocolViolation(f"not a message: {document[:80]!r}")
    return Message(kind, fields, payload)


def _finite(text: str) -> float:
    """A number of JSON, which has no NaN and no Infinity."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
