"""What each live endpoint of the references answers, by the slug of its exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.catalogue import exercises
from grader.sse import Event

from . import contents


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

    media_type: str
    content: Callable[[bytes], Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: EventStream | None = None


def _event_row(
    *,
    read: Callable[[list[Event]], Any],
    last: Last,
    types: tuple[str, ...] = ("message",),
) -> Row:
    return Row(
        media_type="text/event-stream",
        headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        content=lambda body: read(contents.events(body)),
        stream=EventStream(types=types, last=last, read=read),
    )


ROWS = {
    "health": Row(
        media_type="application/json",
        headers={"cache-control": "no-store"},
        content=contents.health,
    ),
    "large-file": Row(
        media_type="application/octet-stream",
        headers={
            "content-length": str(10 * 1024 * 1024),
            "content-disposition": 'attachment; filename="large-file.bin"',
            "x-content-type-options": "nosniff",
        },
        content=contents.large_file,
    ),
    "image": Row(
        media_type="image/jpeg",
        headers={"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"},
        content=contents.image,
    ),
    "stock-ticker": _event_row(read=contents.payloads(contents.updates), last=Last("message", 50)),
    "live-logs": _event_row(read=contents.payloads(contents.log_entries), last=Last("message", 30)),
    "users-csv": Row(
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="users.csv"'},
        content=contents.users,
    ),
    "data-jsonl": Row(
        media_type="application/x-ndjson",
        headers={"content-disposition": 'attachment; filename="data.jsonl"'},
        content=contents.records,
    ),
    "database-results": Row(media_type="application/json", content=contents.results),
    "chat-stream": Row(
        media_type="text/plain",
        headers={"x-accel-buffering": "no", "x-content-type-options": "nosniff"},
        content=lambda body: contents.reply(body.decode()),
    ),
    "chat-stream-sse": _event_row(
        read=contents.payloads(contents.chat),
        last=Last("complete"),
        types=("start", "token", "complete"),
    ),
    "long-task": _event_row(read=contents.payloads(contents.steps), last=Last("message", 8)),
    "comparison-buffered": Row(media_type="application/json", content=contents.document),
    "comparison-streamed": Row(
        media_type="application/json",
        headers={"x-accel-buffering": "no"},
        content=contents.document,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a reference that is a client gives: `content` makes of its items that of `endpoint`."""

    endpoint: str
    content: Callable[[list[Any]], Any]


CLIENTS = {
    "watch-stock-ticker": Client(endpoint="stock-ticker", content=contents.updates),
    "import-csv": Client(
        endpoint="users-csv", content=lambda users: [list(user.values()) for user in users]
    ),
}


def row(slug: str) -> Row:
    """The row of an endpoint. Every endpoint of the catalogue must have one."""
    assert slug in ROWS, f"tests/endtoend/expected.py has no row for {slug}"
    return ROWS[slug]


def endpoints() -> list[str]:
    """The exercises of the catalogue that are endpoints."""
    return [exercise.slug for exercise in exercises().values() if not exercise.function]


def clients() -> list[str]:
    """The exercises of the catalogue that are clients of an endpoint."""
    return [exercise.slug for exercise in exercises().values() if exercise.function]


def streams() -> list[str]:
    """The endpoints of the catalogue whose answers are server-sent events."""
    return [slug for slug in endpoints() if slug in ROWS and ROWS[slug].stream]
