"""The live log: what it says, when it says it, and where it goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from sources.logs import ENTRIES, PAUSES, LiveLogTail, LogEntry

AT_ONCE = LiveLogTail(pauses=(0.0, 0.0))


async def said(tail: LiveLogTail, after: str | None = None) -> list[LogEntry]:
    async with tail.follow(after) as entries:
        return [entry async for entry in entries]


async def test_it_says_the_same_on_every_visit_but_for_the_time() -> None:
    first, second = await said(AT_ONCE), await said(AT_ONCE)

    assert len(first) == ENTRIES
    assert [{**entry, "timestamp": ""} for entry in first] == [
        {**entry, "timestamp": ""} for entry in second
    ]


async def test_no_two_entries_have_the_same_id_and_some_have_many_lines() -> None:
    entries = await said(AT_ONCE)

    assert len({entry["request_id"] for entry in entries}) == ENTRIES
    assert max(entry["message"].count("\n") for entry in entries) > 2


async def test_it_goes_on_behind_the_entry_that_is_named() -> None:
    ids = [entry["request_id"] for entry in await said(AT_ONCE)]

    assert [entry["request_id"] for entry in await said(AT_ONCE, ids[11])] == ids[12:]
    assert await said(AT_ONCE, ids[-1]) == []


async def test_behind_an_entry_that_nobody_knows_it_begins_at_the_beginning() -> None:
    assert len(await said(AT_ONCE, "req-unknown")) == ENTRIES


async def test_each_timestamp_is_taken_when_the_entry_is_made() -> None:
    async with AT_ONCE.follow() as entries:
        await anext(entries)
        between = datetime.now(UTC)
        second = await anext(entries)

    assert datetime.fromisoformat(second["timestamp"]) >= between


async def test_the_first_entry_comes_at_once_and_the_others_after_uneven_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    await said(LiveLogTail())

    assert paused[0] == 0
    assert all(PAUSES[0] <= seconds <= PAUSES[1] for seconds in paused[1:])
    assert len(set(paused)) == ENTRIES
