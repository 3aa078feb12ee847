"""How much the live sources give in a measurement, and how fast; each take from them is counted.

Sources of items give them as fast as they are asked for, or one every `interval` seconds. They
begin anew when they are at their end, until there were `count` items. Files and tables are made
before the server starts, with `count` bytes or rows.
"""

from __future__ import annotations

import asyncio
import io
import os
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from grader.bench.tally import Tally

MIB = 1 << 20

Override = tuple[Callable[..., Any], Callable[[], Any]]  # a dependency, and what takes its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a source is to give. `folder` holds the files that it needs."""

    count: int
    interval: float
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One source: what it gives, how it takes the place of the live one, and three sizes of it."""

    unit: str
    override: Callable[[Load, Tally], Override]
    sizes: tuple[int, int, int]
    prepare: Callable[[Load], None] = lambda _: None
    paced: bool = False  # whether it gives items that a clock can hold back
    counted: bool = True  # whether it can be seen what is taken from it


# Sources of items


def _paced(
    open_: Callable[..., AbstractAsyncContextManager[AsyncIterator[Any]]], load: Load, tally: Tally
) -> Callable[..., AbstractAsyncContextManager[AsyncIterator[Any]]]:
    """The method of a source that gives items, with their number and their pace changed."""

    @asynccontextmanager
    async def opened(*arguments: Any, **named: Any) -> AsyncGenerator[AsyncIterator[Any]]:
        async with aclosing(_items(lambda: open_(*arguments, **named), load, tally)) as items:
            yield items

    return opened


async def _items(
    open_: Callable[[], AbstractAsyncContextManager[AsyncIterator[Any]]], load: Load, tally: Tally
) -> AsyncGenerator[Any]:
    left = load.count
    while left:
        async with open_() as items:
            async for item in items:
                await asyncio.sleep(load.interval)
                tally.take()
                yield item
                left -= 1
                if not left:
                    return


def _prices(load: Load, tally: Tally) -> Override:
    from sources.prices import LivePriceFeed, price_feed

    open_ = LivePriceFeed(interval=0).subscribe
    return price_feed, lambda: SimpleNamespace(subscribe=_paced(open_, load, tally))


def _logs(load: Load, tally: Tally) -> Override:
    from sources.logs import LiveLogTail, log_tail

    open_ = LiveLogTail(pauses=(0, 0)).follow
    return log_tail, lambda: SimpleNamespace(follow=_paced(open_, load, tally))


def _archive(load: Load, tally: Tally) -> Override:
    from sources.archive import LiveArchive, archive

    return archive, lambda: SimpleNamespace(scan=_paced(LiveArchive().scan, load, tally))


def _model(load: Load, tally: Tally) -> Override:
    from sources.model import LocalModel, language_model

    open_ = LocalModel(fastest=0, slowest=0).reply
    return language_model, lambda: SimpleNamespace(reply=_paced(open_, load, tally))


def _records(load: Load, tally: Tally) -> Override:
    from sources.records import LiveRecordStore, record_store

    open_ = LiveRecordStore(count=load.count, interval=0).read
    return record_store, lambda: SimpleNamespace(read=_paced(open_, load, tally))


def _tasks(load: Load, tally: Tally) -> Override:
    from sources.tasks import MESSAGES, LiveTask, worker

    class Step:
        def __init__(self, message: str) -> None:
            self.message = message

        async def run(self) -> None:
            await asyncio.sleep(load.interval)
            tally.take()

    @asynccontextmanager
    async def start() -> AsyncGenerator[LiveTask]:
        steps = [Step(message) for message in islice(cycle(MESSAGES), load.count)]
        yield LiveTask(cast(Any, steps))

    return worker, lambda: SimpleNamespace(start=start)


# Files


class _CountedFile(io.FileIO):
    """A file that counts the bytes that are read from it."""

    tally: Tally

    def readinto(self, buffer: Any) -> int | None:
        read = super().readinto(buffer)
        self.tally.take(read or 0)
        return read

    def readall(self) -> bytes:
        data = super().readall()
        self.tally.take(len(data))
        return data


def _storage(load: Load, tally: Tally) -> Override:
    from sources.storage import LARGE_FILE, LiveObjectStorage, object_storage

    class Counted(LiveObjectStorage):
        def open(self, key: str) -> io.BufferedReader:
            if key != LARGE_FILE:
                return super().open(key)
            raw = _CountedFile(os.open(load.folder / LARGE_FILE, os.O_RDONLY), "rb")
            raw.tally = tally
            return io.BufferedReader(raw)

    return object_storage, lambda: Counted(load.folder)


def _sparse(name: str) -> Callable[[Load], None]:
    def prepare(load: Load) -> None:
        with (load.folder / name).open("wb") as file:
            file.truncate(load.count)

    return prepare


def _images(load: Load, tally: Tally) -> Override:
    from sources.images import ImageLibrary, image_library

    return image_library, lambda: ImageLibrary(load.folder)


# Tables


def _users(load: Load, tally: Tally) -> Override:
    from sqlalchemy import event

    from sources.users import open_users, user_sessions

    sessions = open_users(load.folder / "users.sqlite3")

    @event.listens_for(sessions.kw["bind"], "connect")
    def count(connection: Any, _: Any) -> None:
        connection.row_factory = _counts_rows(tally)

    return user_sessions, lambda: sessions


def _database(load: Load, tally: Tally) -> Override:
    from sqlalchemy import event

    from sources.database import database, open_database

    engine = open_database(load.folder / "results.sqlite3")

    @event.listens_for(engine.sync_engine, "connect")
    def count(connection: Any, _: Any) -> None:
        connection.driver_connection.row_factory = _counts_rows(tally)

    return database, lambda: engine


def _counts_rows(tally: Tally) -> Callable[[Any, Any], Any]:
    """What sqlite3 calls for each row that is fetched."""

    def row(_: Any, values: Any) -> Any:
        tally.take()
        return values

    return row


def _fill_users(load: Load) -> None:
    from sources.users import open_users

    open_users(load.folder / "users.sqlite3")
    _multiply(load.folder / "users.sqlite3", "users", load.count)


def _fill_database(load: Load) -> None:
    from sources.database import open_database

    open_database(load.folder / "results.sqlite3")
    _multiply(load.folder / "results.sqlite3", "results", load.count)


def _multiply(file: Path, table: str, count: int) -> None:
    """Copy the rows of a table until there are `count`, and take away what is too much."""
    connection = sqlite3.connect(file)
    with connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        others = ", ".join(name for name in columns if name != "id")
        while (last := connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]) < count:
            connection.execute(
                f"INSERT INTO {table} (id, {others}) SELECT id + {last}, {others} FROM {table}"
            )
        connection.execute(f"DELETE FROM {table} WHERE id > {count}")
    connection.close()


KINDS = {
    "prices": Kind(unit="update", override=_prices, sizes=(1000, 5000, 20_000), paced=True),
    "logs": Kind(unit="entry", override=_logs, sizes=(1000, 5000, 20_000), paced=True),
    "archive": Kind(unit="record", override=_archive, sizes=(1000, 5000, 20_000), paced=True),
    "model": Kind(unit="token", override=_model, sizes=(1000, 5000, 20_000), paced=True),
    "records": Kind(unit="record", override=_records, sizes=(1000, 5000, 20_000), paced=True),
    "tasks": Kind(unit="step", override=_tasks, sizes=(1000, 5000, 20_000), paced=True),
    "storage": Kind(
        unit="byte",
        override=_storage,
        sizes=(MIB, 16 * MIB, 64 * MIB),
        prepare=_sparse("large-file.bin"),
    ),
    "images": Kind(
        unit="byte",
        override=_images,
        sizes=(MIB, 16 * MIB, 64 * MIB),
        prepare=_sparse("1.jpg"),
        counted=False,
    ),
    "users": Kind(unit="row", override=_users, sizes=(5000, 20_000, 80_000), prepare=_fill_users),
    "database": Kind(
        unit="row", override=_database, sizes=(1000, 5000, 20_000), prepare=_fill_database
    ),
}
