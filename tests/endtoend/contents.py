"""What the bodies of the live endpoints hold.

Each function gives what is the same at every request, and fails for what is not as it should be.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PIL import Image

from grader.sse import Event, SseParser

Json = dict[str, Any]


def health(body: bytes) -> list[Json]:
    (health,) = timeless([json.loads(body)])
    assert health["status"] == "healthy"
    return [health]


def large_file(body: bytes) -> str:
    assert len(body) == 10 * 1024 * 1024
    return hashlib.sha256(body).hexdigest()


def image(body: bytes) -> str:
    assert 2_500_000 < len(body) < 3_500_000
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()  # a picture that is cut short is refused here
        assert picture.format == "JPEG"
    return hashlib.sha256(body).hexdigest()


def updates(updates: list[Json]) -> list[Json]:
    assert [update["update_number"] for update in updates] == [*range(1, 51)]
    assert all(update["price"] > 0 for update in updates)
    return timeless(updates)


def log_entries(entries: list[Json]) -> list[Json]:
    assert len({entry["request_id"] for entry in entries}) == len(entries) == 30
    assert any("\n" in entry["message"] for entry in entries)
    return timeless(entries)


def steps(reports: list[Json]) -> list[Json]:
    percent = [report["progress_percent"] for report in reports]
    assert percent == sorted(set(percent))
    assert percent.index(100) == len(percent) - 1 == 7
    return timeless(reports)


def users(body: bytes) -> list[list[str]]:
    header, *users = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    assert header == ["id", "username", "email", "created_at", "status"]
    assert [user[0] for user in users] == [str(number) for number in range(1, 10_001)]
    assert {len(user) for user in users} == {len(header)}
    return users


def records(body: bytes) -> list[Json]:
    *lines, last = body.decode().split("\n")
    assert not last
    return _numbered([json.loads(line) for line in lines], count=5000)


def results(body: bytes) -> list[Json]:
    return _numbered(json.loads(body), count=1000)


def document(body: bytes) -> list[Json]:
    return _numbered(json.loads(body)["records"], count=1000)


def reply(text: str) -> str:
    assert text.startswith("You asked: Tell me about Python\n")
    assert "pretzel 🥨 and the accent of cafe\u0301." in text
    return text


def chat(events: list[Json]) -> str:
    start, *tokens, complete = events
    assert [token["number"] for token in tokens] == [*range(1, complete["total"] + 1)]
    assert (start["type"], complete["finish_reason"]) == ("start", "stop")
    return reply("".join(token["content"] for token in tokens))


def payloads(read: Callable[[list[Json]], Any]) -> Callable[[list[Event]], Any]:
    """What `read` makes of the JSON payloads of events."""
    return lambda events: read([json.loads(event.data) for event in events])


def events(body: bytes) -> list[Event]:
    """The server-sent events of a whole body, of which no block may be left unfinished."""
    parser = SseParser()
    found = parser.feed(body)
    assert not parser.unfinished
    return found


def timeless(records: list[Json]) -> list[Json]:
    """The records without their timestamps, which have offsets and never go back."""
    stamps = [datetime.fromisoformat(record["timestamp"]) for record in records]
    assert all(stamp.tzinfo for stamp in stamps)
    assert stamps == sorted(stamps)
    return [{name: record[name] for name in record.keys() - {"timestamp"}} for record in records]


def _numbered(records: list[Json], *, count: int) -> list[Json]:
    assert [record["id"] for record in records] == [*range(1, count + 1)]
    return records
