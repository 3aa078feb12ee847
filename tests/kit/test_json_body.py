"""What a JSON body says, and how many of its objects have come."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.judge.evidence import Unmet
from grader.judge.json_body import document, objects_so_far
from grader.judge.wire import Chunk, Client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client whose chunks the test fills in."""
    address = str(tmp_path / "server")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        client = Client(address, number=1)
        yield client
        client.close()


@pytest.mark.parametrize(
    ("body", "key", "count"),
    [
        (b"", "", 0),
        (b"[", "", 0),
        (b'[{"a": 1}', "", 1),
        (b'[{"a": 1},{"a', "", 1),
        (b' [ {"a": "},{"} ,\n{"b": {"c": []}}]', "", 2),
        ('[{"a": "\N{PRETZEL}"},{}]'.encode()[:-4], "", 1),
        ('[{"a": "\N{PRETZEL}'.encode()[:-1], "", 0),
        (b'{"records"', "records", 0),
        (b'{"records" : [{"a": [{"b": 1}]}', "records", 1),
        (b'{"other": [{}], "records": [{}, {}', "records", 2),
    ],
)
def test_complete_objects_are_counted(client: Client, body: bytes, key: str, count: int) -> None:
    client.chunks.append(Chunk(0.0, body))
    assert objects_so_far(client, key=key) == count


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (b"", "not-json"),
        (b'[{"a": NaN}]', "not-json"),
        (b'\xef\xbb\xbf[{"a": 1}]', "not-json"),  # RFC 8259, 8.1: no byte order mark
        (b'[{"a": "\xff"}]', "not-json"),
        (b"[{'a': None}]", "repr"),
        (b"[" * 100_000, "not-json"),
        (b'{"a": [1]}', "shape"),
        (b"null", "shape"),
        (b'"text"', "shape"),
        (b'"[1, 2]"', "encoded-twice"),
    ],
)
def test_what_is_no_array_is_told_apart(body: bytes, sign: str) -> None:
    with pytest.raises(Unmet) as unmet:
        document(body, list, expected="an array")
    assert unmet.value.sign == sign


def test_a_document_is_returned() -> None:
    assert document(b' {"records": []}\n', dict, expected="an object") == {"records": []}
