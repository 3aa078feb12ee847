"""A real SQLite database whose every row, as SQLite reads it, is reported to the judge.

The judge makes the file. In it `results` is a view, and the view calls the SQL function
`row_read(id, name)` for each row that is stepped over. The function asks the judge whether that
row may be read yet, in the connection's own thread, and returns the name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from grader.stage.channel import Channel
from sources.database import database, results


class Reader:
    """One database connection, as the judge sees it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._source = 0
        self._allowed = range(0)  # the rows that may be read without asking again

    def checked_out(self) -> None:
        self._source = self._channel.new_source()
        self._allowed = range(0)
        line = self._channel.learner.calling_line()
        self._channel.tell("opened", source=self._source, line=line)

    def checked_in(self) -> None:
        self._channel.tell("closed", source=self._source)

    def collected(self) -> None:
        self._channel.tell("closed", source=self._source, collected=True)

    def row_read(self, row: int, name: str) -> str:
        """The SQL function. What it raises becomes an error of the query, as in production."""
        position = row - 1
        if position not in self._allowed:
            reply = self._channel.ask_blocking("pull", source=self._source, position=position)
            self._allowed = range(position, reply["value"])
        return name


class ObservedDatabase:
    """Makes an engine for each file that the judge names, when it is first asked for one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._engines: dict[str, AsyncEngine] = {}

    async def engine(self) -> AsyncEngine:
        file = (await self._channel.ask("settings", source=0))["value"]
        if file not in self._engines:
            self._engines[file] = create_async_engine(f"sqlite+aiosqlite:///{file}")
            self._observe(self._engines[file])
        return self._engines[file]

    def _observe(self, engine: AsyncEngine) -> None:
        @event.listens_for(engine.sync_engine, "connect")
        def connected(connection: Any, record: Any) -> None:
            reader = record.info["reader"] = Reader(self._channel)
            connection.create_function("row_read", 2, reader.row_read)

        @event.listens_for(engine.sync_engine, "checkout")
        def checked_out(connection: Any, record: Any, proxy: Any) -> None:
            record.info["reader"].checked_out()

        @event.listens_for(engine.sync_engine, "checkin")
        def checked_in(connection: Any, record: Any) -> None:
            if "reader" in record.info:
                record.info["reader"].checked_in()

        # A connection that the garbage collector finds is detached from the pool, and terminated.
        @event.listens_for(engine.sync_engine, "detach")
        def detached(connection: Any, record: Any) -> None:
            record.info["reader"].collected()


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
