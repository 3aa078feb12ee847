"""The database of results that the judge drives row by row. See `sources.scripted.rows`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from grader.stage.channel import Channel
from sources.database import database, results
from sources.scripted.rows import observe


class ObservedDatabase:
    """Makes an engine for each file that the judge names, when it is first asked for one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._engines: dict[str, AsyncEngine] = {}

    async def engine(self) -> AsyncEngine:
        file = (await self._channel.ask("settings", source=0))["value"]
        if file not in self._engines:
            self._engines[file] = create_async_engine(f"sqlite+aiosqlite:///{file}")
            observe(self._engines[file].sync_engine, self._channel)
        return self._engines[file]


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    return {database: ObservedDatabase(channel).engine}


def warm_up() -> None:
    """Query a database once, so that no stage is the first to import and to compile."""
    asyncio.run(_query_once())


async def _query_once() -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        await connection.run_sync(results.metadata.create_all)
        rows = await connection.stream(select(results).order_by(results.c.id))
        _ = [row async for row in rows.mappings()]
    await engine.dispose()
