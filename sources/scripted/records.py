"""The record store that the judge drives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from grader.stage.channel import Channel
from sources.records import Record, RecordStore, record_store
from sources.scripted.subscription import Subscription


class Reading:
    """One opening. The judge hands over several records at a time (`Lists` in its script)."""

    def __init__(self, channel: Channel) -> None:
        self._lists: Subscription[list[Record]]
        self._lists = Subscription(channel, item=lambda reply: reply["value"])
        self._closed = False

    async def __aenter__(self) -> AsyncIterator[Record]:
        return self._records(await self._lists.__aenter__())

    async def __aexit__(self, *exception: object) -> None:
        self._closed = True
        await self._lists.__aexit__(*exception)

    async def _records(self, lists: AsyncIterator[list[Record]]) -> AsyncIterator[Record]:
        async for records in lists:
            for record in records:
                if self._closed:
                    return
                yield record


class ScriptedRecordStore:
    """See `sources.records.RecordStore`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def read(self) -> Reading:
        return Reading(self._channel)


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    store: RecordStore = ScriptedRecordStore(channel)

    async def scripted() -> RecordStore:
        return store

    return {record_store: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
