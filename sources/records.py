"""A store of records that is slow to read: asynchronous, and open only while somebody reads it.

An endpoint takes it as a parameter, `store: Records`:

    async with store.read() as records:
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

RECORDS = 1000

_FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)
_DATA = (
    "ready",
    "",
    'the "large" one',
    "first line\nsecond line",
    "C:\\new\\table",
    "snack 🥨, extra salt",
    "naïve café",
    "]}",
    "line\u2028separator",
)


class Record(TypedDict):
    """One record. `id` counts from 1, and `timestamp` is ISO 8601 with an offset."""

    id: int
    data: str
    timestamp: str


class RecordStore(Protocol):
    """Wherever records can be read from."""

    def read(self) -> AbstractAsyncContextManager[AsyncIterator[Record]]:
        """Open the store: its records in the order of their ids, each of which takes a moment.

        The store serves a limited number of readers, so whoever opens it leaves the `async with`
        block as soon as the reading is over. Opening and reading it raise `ConnectionError` when
        the store fails.
        """
        ...


class LiveRecordStore:
    """The same `count` records for each reader, one every `interval` seconds."""

    def __init__(self, *, count: int = RECORDS, interval: float = 0.001) -> None:
        self._count = count
        self._interval = interval

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncIterator[Record]]:
        """See `RecordStore.read`."""
        async with aclosing(self._records()) as records:
            yield records

    async def _records(self) -> AsyncGenerator[Record]:
        pick = Random(1)
        for number in range(1, self._count + 1):
            await asyncio.sleep(self._interval)
            yield Record(
                id=number,
                data=f"Record {number}: {pick.choice(_DATA)}",
                timestamp=(_FIRST + timedelta(seconds=number)).isoformat(),
            )


@cache
def record_store() -> RecordStore:
    """The dependency behind `Records`."""
    return LiveRecordStore()


Records = Annotated[RecordStore, Depends(record_store)]
