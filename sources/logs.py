"""The end of a log: asynchronous, often silent, and open only while someone follows it.

An endpoint takes it as a parameter, `logs: Logs`, and reads it while its client reads:

    async with logs.follow() as entries:
        async for entry in entries:
            ...
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Annotated, Protocol

from fastapi import Depends
from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

ENTRIES = 30
PAUSES = (0.2, 0.8)  # seconds between two entries, at least and at most

_EVENTS = [
    ("INFO", "gateway", "GET /orders/4711 200 in 12 ms"),
    ("INFO", "orders", "order 4711 accepted, total 34,90 €"),
    ("DEBUG", "search", 'query "naïve café" matched 3 documents'),
    ("WARNING", "payments", "retrying in 2 s:\nupstream closed the connection"),
    ("INFO", "mailer", "sent: Your order is on its way 📦"),
    (
        "ERROR",
        "payments",
        "Traceback (most recent call last):\n"
        '  File "payments/capture.py", line 42, in capture\n'
        '    return ledger[order]["total"]\n'
        "           ~~~~~~^^^^^^^\n"
        "KeyError: '4711'",
    ),
]


class LogEntry(TypedDict):
    """One entry of a log.

    `timestamp` is ISO 8601 with an offset. `level` is DEBUG, INFO, WARNING or ERROR. `message`
    may have several lines. `request_id` is made of letters, digits and hyphens, and no two
    entries have the same.
    """

    timestamp: str
    level: str
    service: str
    message: str
    request_id: str


class LogTail(Protocol):
    """Whatever log can be followed."""

    def follow(
        self, after: str | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[LogEntry]]:
        """Follow the log: its entries, in order, until it is closed.

        `after` is the request_id of an entry after which to go on; without it, or if no entry
        has it, the entries come from the first one on. Nothing may come for minutes. Following
        costs something, so whoever does it leaves the `async with` block as soon as nobody reads
        the entries any more.
        """
        ...


class LiveLogTail:
    """Thirty entries, the same on every visit but for their timestamps.

    `pauses` are the seconds that pass before each entry but the first, at least and at most.
    """

    def __init__(self, *, pauses: tuple[float, float] = PAUSES) -> None:
        self._pauses = pauses

    @asynccontextmanager
    async def follow(self, after: str | None = None) -> AsyncGenerator[AsyncIterator[LogEntry]]:
        """See `LogTail.follow`."""
        async with aclosing(self._entries(after)) as entries:
            yield entries

    async def _entries(self, after: str | None) -> AsyncGenerator[LogEntry]:
        chance = Random(1)
        events = [chance.choice(_EVENTS) for _ in range(ENTRIES)]
        ids = [f"req-{chance.getrandbits(32):08x}" for _ in range(ENTRIES)]
        pauses = [0.0, *(chance.uniform(*self._pauses) for _ in range(ENTRIES - 1))]
        begin = ids.index(after) + 1 if after in ids else 0
        for number in range(begin, ENTRIES):
            await asyncio.sleep(pauses[number])
            level, service, message = events[number]
            yield LogEntry(
                timestamp=datetime.now(UTC).isoformat(),
                level=level,
                service=service,
                message=message,
                request_id=ids[number],
            )


@cache
def log_tail() -> LogTail:
    """The dependency behind `Logs`."""
    return LiveLogTail()


Logs = Annotated[LogTail, Depends(log_tail)]
