"""What each live endpoint of the references answers, by the slug of its exercise."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grader.catalogue import exercises
from grader.sse import Event

from .answer import events


@dataclass(frozen=True, slots=True)
class Last:
    """By what a page knows that a stream of events is over: the `count`th event of this type."""

    type: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream:
    """What a page has to know of a stream of server-sent events: the types, and which one ends it.

    `read` makes the content of the events.
    """

    types: tuple[str, ...]
    last: Last
    read: Callable[[list[Event]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one endpoint answers.

    `content` makes of a body what is the same at every request, and fails for a body that is not
    what it should be. `headers` are among those of the answer.
    """

    path: str
    media_type: str
    content: Callable[[bytes], Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: EventStream | None = None


def _event_row(
    path: str,
    *,
    read: Callable[[list[Event]], Any],
    last: Last,
    types: tuple[str, ...] = ("message",),
) -> Row:
    return Row(
        path=path,
        media_type="text/event-stream",
        headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        content=lambda body: read(events(body)),
        stream=EventStream(types=types, last=last, read=read),
    )


def _large_file(body: bytes) -> str:
    assert len(body) == 10 * 1024 * 1024
    return hashlib.sha256(body).hexdigest()


def _json(found: list[Event]) -> list[Any]:
    return [json.loads(event.data) for event in found]


def _updates(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert [update["update_number"] for update in updates] == [*range(1, 51)]
    assert all(update["price"] > 0 for update in updates)
    return _without_ascending_timestamps(updates)


def _without_ascending_timestamps(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    stamps = [datetime.fromisoformat(record["timestamp"]) for record in records]
    assert all(stamp.tzinfo for stamp in stamps)
    assert stamps == sorted(stamps)
    return [{name: record[name] for name in record.keys() - {"timestamp"}} for record in records]


def _results(body: bytes) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(body)
    assert [result["id"] for result in results] == [*range(1, 1001)]
    return results


def _health(body: bytes) -> list[dict[str, Any]]:
    (health,) = _without_ascending_timestamps([json.loads(body)])
    assert health["status"] == "healthy"
    return [health]


def _users(body: bytes) -> list[list[str]]:
    header, *users = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    assert header == ["id", "username", "email", "created_at", "status"]
    assert [user[0] for user in users] == [str(number) for number in range(1, 10_001)]
    assert {len(user) for user in users} == {len(header)}
    return users


def _records(body: bytes) -> list[dict[str, Any]]:
    *lines, last = body.decode().split("\n")
    assert not last
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [record["id"] for record in records] == [*range(1, 5001)]
    return records


def _document(body: bytes) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(body)["records"]
    assert [record["id"] for record in records] == [*range(1, 1001)]
    return records


ROWS = {
    "health": Row(
        path="/health",
        media_type="application/json",
        headers={"cache-control": "no-store"},
        content=_health,
    ),
    "large-file": Row(
        path="/download/large-file",
        media_type="application/octet-stream",
        headers={
            "content-length": str(10 * 1024 * 1024),
            "content-disposition": 'attachment; filename="large-file.bin"',
            "x-content-type-options": "nosniff",
        },
        content=_large_file,
    ),
    "stock-ticker": _event_row(
        "/stream/stock-ticker",
        read=lambda found: _updates(_json(found)),
        last=Last("message", 50),
    ),
    "users-csv": Row(
        path="/export/users/csv",
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="users.csv"'},
        content=_users,
    ),
    "data-jsonl": Row(
        path="/export/data/jsonl",
        media_type="application/x-ndjson",
        headers={"content-disposition": 'attachment; filename="data.jsonl"'},
        content=_records,
    ),
    "database-results": Row(
        path="/stream/database-results", media_type="application/json", content=_results
    ),
    "comparison-buffered": Row(
        path="/demo/comparison/buffered", media_type="application/json", content=_document
    ),
    "comparison-streamed": Row(
        path="/demo/comparison/streamed",
        media_type="application/json",
        headers={"x-accel-buffering": "no"},
        content=_document,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a reference that is a client gives: `content` makes of its items that of `endpoint`."""

    endpoint: str
    content: Callable[[list[Any]], Any]


CLIENTS = {"watch-stock-ticker": Client(endpoint="stock-ticker", content=_updates)}


def row(slug: str) -> Row:
    """The row of an endpoint. Every endpoint of the catalogue must have one."""
    assert slug in ROWS, f"tests/endtoend/expected.py has no row for {slug}"
    return ROWS[slug]


def client(slug: str) -> Client:
    """What is expected of a client. Every client of the catalogue must be among `CLIENTS`."""
    assert slug in CLIENTS, f"tests/endtoend/expected.py has no client {slug}"
    return CLIENTS[slug]


def endpoints() -> list[str]:
    """The exercises of the catalogue that are endpoints."""
    return [exercise.slug for exercise in exercises().values() if not exercise.function]


def clients() -> list[str]:
    """The exercises of the catalogue that are clients of an endpoint."""
    return [exercise.slug for exercise in exercises().values() if exercise.function]


def streams() -> list[str]:
    """The endpoints of the catalogue whose answers are server-sent events."""
    return [slug for slug in endpoints() if slug in ROWS and ROWS[slug].stream]
