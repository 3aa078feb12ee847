"""An archive of records: asynchronous, read from the first to the last, and open meanwhile.

An endpoint takes it as a parameter, `archive: Data`, and reads it inside its stream:

    async with archive.scan() as records:
        async for record in records:
            ...
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Annotated, Protocol

from fastapi import Depends
from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

RECORDS = 5000

_CATEGORIES = ("books", "games", "garden", "music", "tools")
_NOTES = (
    None,
    "",
    "ships today",
    'the "large" one',
    "first line\nsecond line",
    "C:\\new\\table",
    "snack 🥨, extra salt",
    "naïve café",
    "line\u2028separator",
)


class Record(TypedDict):
    """One record. `created_at` is in UTC, and aware of it; `amount` is finite."""

    id: int
    category: str
    amount: float
    note: str | None
    created_at: datetime


class Archive(Protocol):
    """Whatever records can be read from."""

    def scan(self) -> AbstractAsyncContextManager[AsyncIterator[Record]]:
        """Begin to read all records, in the order of their ids.

        A scan costs the archive something, so whoever opens one leaves the `async with` block as
        soon as nobody reads the records any more.
        """
        ...


class LiveArchive:
    """Five thousand records, the same on every machine, each made when it is read."""

    @asynccontextmanager
    async def scan(self) -> AsyncGenerator[AsyncIterator[Record]]:
        """See `Archive.scan`."""
        async with aclosing(_records()) as records:
            yield records


async def _records() -> AsyncGenerator[Record]:
    pick = Random(3)
    opened = datetime(2026, 1, 1, 9, tzinfo=UTC)
    for number in range(1, RECORDS + 1):
        await asyncio.sleep(0)  # as over a network, a read gives the loop a turn
        yield Record(
            id=number,
            category=pick.choice(_CATEGORIES),
            amount=round(pick.uniform(-1000, 1000), 2),
            note=_NOTES[number % len(_NOTES)],
            created_at=opened + timedelta(minutes=13 * number),
        )


@cache
def archive() -> Archive:
    """The dependency behind `Data`."""
    return LiveArchive()


Data = Annotated[Archive, Depends(archive)]
