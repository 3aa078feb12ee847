"""Files of `count` bytes and tables of `count` rows, made before the server starts.

The bytes and rows that are taken from them are counted.
"""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.bench.load import Load, Override
from grader.bench.tally import Tally

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


def storage_load(load: Load, tally: Tally) -> Override:
    from sources.storage import LARGE_FILE, LiveObjectStorage, object_storage

    class Counted(LiveObjectStorage):
        def open(self, key: str) -> io.BufferedReader:
            if key != LARGE_FILE:
                return super().open(key)
            raw = _CountedFile(os.open(load.folder / LARGE_FILE, os.O_RDONLY), "rb")
            raw.tally = tally
            return io.BufferedReader(raw)

    return object_storage, lambda: Counted(load.folder)


def sparse(name: str) -> Callable[[Load], None]:
    def prepare(load: Load) -> None:
        with (load.folder / name).open("wb") as file:
            file.truncate(load.count)

    return prepare


def images_load(load: Load, tally: Tally) -> Override:
    from sources.images import ImageLibrary, image_library

    return image_library, lambda: ImageLibrary(load.folder)


# Tables


def users_load(load: Load, tally: Tally) -> Override:
    from sqlalchemy import event

    from sources.users import open_users, user_sessions

    sessions = open_users(load.folder / "users.sqlite3")

    @event.listens_for(sessions.kw["bind"], "connect")
    def count(connection: Any, _: Any) -> None:
        connection.row_factory = _counts_rows(tally)

    return user_sessions, lambda: sessions


def database_load(load: Load, tally: Tally) -> Override:
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


def fill_users(load: Load) -> None:
    from sources.users import open_users

    open_users(load.folder / "users.sqlite3")
    _multiply(load.folder / "users.sqlite3", "users", load.count)


def fill_database(load: Load) -> None:
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
