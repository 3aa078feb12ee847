"""The framing between judge and stage: any split, and nothing that is not a message."""

from __future__ import annotations

import json
import struct

import pytest

from grader.control import (
    JSON_LIMIT,
    PAYLOAD_LIMIT,
    Decoder,
    Message,
    ProtocolViolation,
    encode,
)

MESSAGES = [
    Message("settle", {}),
    Message("ask", {"ticket": 1, "what": "pull", "line": None}),
    Message("reply", {"ticket": 1, "value": {"stock": "naïve\u2028🥨"}}, b"\x00\xff raw"),
    Message("reply", {"ticket": 2}, b"x" * 300),
]
STREAM = b"".join(encode(m.kind, m.payload, **m.fields) for m in MESSAGES)


def frame(document: bytes, payload: bytes = b"") -> bytes:
    return struct.pack("!II", len(document), len(payload)) + document + payload


@pytest.mark.parametrize("size", [1, 2, 7, len(STREAM)])
def test_messages_come_out_however_they_were_split(size: int) -> None:
    decoder = Decoder()
    pieces = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    assert [message for piece in pieces for message in decoder.feed(piece)] == MESSAGES


def test_an_unfinished_message_is_waited_for() -> None:
    decoder = Decoder()
    assert list(decoder.feed(STREAM[:-1])) == MESSAGES[:-1]
    assert list(decoder.feed(STREAM[-1:])) == MESSAGES[-1:]


def test_a_field_is_looked_up_by_name() -> None:
    assert MESSAGES[1]["what"] == "pull"
    with pytest.raises(KeyError):
        MESSAGES[1]["missing"]


@pytest.mark.parametrize(
    ("json_length", "payload_length"),
    [(JSON_LIMIT + 1, 0), (2, PAYLOAD_LIMIT + 1), (0xFFFFFFFF, 0xFFFFFFFF)],
)
def test_a_length_beyond_the_limit_is_refused_before_it_comes(
    json_length: int, payload_length: int
) -> None:
    with pytest.raises(ProtocolViolation, match=f"{json_length} \\+ {payload_length} bytes"):
        list(Decoder().feed(struct.pack("!II", json_length, payload_length)))


def test_a_payload_at_the_limit_passes() -> None:
    payload = bytes(PAYLOAD_LIMIT)
    assert list(Decoder().feed(encode("reply", payload))) == [Message("reply", {}, payload)]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not JSON",
        b"[]",
        b"null",
        b'"text"',
        b"7",
        b"{}",
        b'{"other": 1}',
        b'{"kind": 7}',
        b'{"kind": null}',
        b'{"kind": "idle"',
        b'{"kind": "idle", "now": NaN}',
        b'{"kind": "idle", "now": -Infinity}',
        b'{"kind": "idle", "now": 1e999}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"kind": "idle", "now": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda document: repr(document[:30]),
)
def test_what_is_not_a_message_is_refused(document: bytes) -> None:
    with pytest.raises(ProtocolViolation, match="not a message"):
        list(Decoder().feed(frame(document)))


def test_what_came_before_the_garbage_counts() -> None:
    decoded = Decoder().feed(STREAM + frame(b"garbage"))
    assert [next(decoded) for _ in MESSAGES] == MESSAGES
    with pytest.raises(ProtocolViolation):
        next(decoded)


def test_a_message_is_json_and_bytes_side_by_side() -> None:
    encoded = encode("reply", b"raw", ticket=3)
    json_length, payload_length = struct.unpack_from("!II", encoded)
    assert payload_length == 3
    assert json.loads(encoded[8 : 8 + json_length]) == {"kind": "reply", "ticket": 3}
    assert encoded.endswith(b"raw")
