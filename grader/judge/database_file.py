"""The SQLite files that the database exercises are judged on.

`results` and `users` are views: they call `row_read(position, name)` for every row that SQLite
steps over, which the stage defines on each connection (`sources.scripted.rows`). Ordering by `id`
needs no sorting, because the table beneath has an index on it, so rows are read when they are
stepped to. Who does not ask for an order gets the rows in the one in which they were stored.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from grader.judge.stage import Stage

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE stored (
    position INTEGER, id INTEGER NOT NULL, name TEXT, category TEXT, amount REAL, note TEXT,
    created_at TEXT
);
CREATE UNIQUE INDEX by_id ON stored (id);
CREATE TABLE stored_users (
    position INTEGER, id INTEGER NOT NULL, username TEXT, email TEXT, created_at TEXT, status TEXT
);
CREATE UNIQUE INDEX users_by_id ON stored_users (id);
CREATE TABLE padding (text TEXT);
CREATE VIEW results AS
    SELECT id, row_read(position, name) AS name, category, amount,
           note || (SELECT text FROM padding) AS note, created_at
    FROM stored;
CREATE VIEW users AS
    SELECT id, row_read(position, username) AS username,
           email || (SELECT text FROM padding) AS email, created_at, status
    FROM stored_users;
"""
_NUMBERS = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
"""
_ID = "n + :missing_first + :missing * (n > :before)"
_NUMBERED = f"""
{_NUMBERS} INSERT INTO stored
    SELECT n - 1, {_ID}, :name || ' ' || n, 'numbered', n / 4.0, '', '2026-11-22 09:00:00.000000'
    FROM numbers;
"""
_NUMBERED_USERS = f"""
{_NUMBERS} INSERT INTO stored_users
    SELECT n - 1, {_ID}, :name || ' ' || n, n || '@example.com', '2026-11-22 09:00:00.000000',
        'active'
    FROM numbers;
"""
_NO_GAPS = {"missing_first": 0, "before": 0, "missing": 0}
_GAPS = {"missing_first": 40, "before": 600, "missing": 3000}


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `created_at` is as SQLAlchemy stores it: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC."""

    id: int
    name: str
    category: str
    amount: float
    note: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user. `created_at` is as in `Row`."""

    id: int
    username: str
    email: str | None
    created_at: str
    status: str


def fresh_file(stage: Stage) -> Path:
    """A file of its own for what follows, which the stage's database will open."""
    file = stage.directory / f"{secrets.token_hex(4)}.sqlite3"
    stage.settings = str(file)
    return file


def write_rows(file: Path, rows: Iterable[Row]) -> None:
    """Make a database of exactly these results, which are not stored in their order."""
    with _new(file) as connection:
        connection.executemany("INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?, ?)", _mixed(rows))


def write_users(file: Path, users: Iterable[UserRow]) -> None:
    """Make a database of exactly these users, who are not stored in their order."""
    with _new(file) as connection:
        connection.executemany("INSERT INTO stored_users VALUES (?, ?, ?, ?, ?, ?)", _mixed(users))


def write_numbered(
    file: Path, count: int, *, name: str, padding: int = 0, gaps: bool = False
) -> None:
    """Make a database of `count` rows called `name 1` and so on, each with a note of `padding`.

    With `gaps` their ids are those of `id_of`, and else 1 and so on.
    """
    _write_numbers(file, _NUMBERED, count, name=name, padding=padding, gaps=gaps)


def write_numbered_users(
    file: Path, count: int, *, name: str, padding: int = 0, gaps: bool = False
) -> None:
    """Make a database of `count` users called `name 1` and so on, each with a padded email.

    With `gaps` their ids are those of `id_of`, and else 1 and so on.
    """
    _write_numbers(file, _NUMBERED_USERS, count, name=name, padding=padding, gaps=gaps)


def id_of(number: int) -> int:
    """The id of this row of a table with gaps, as deleting leaves them.

    The first ids are missing, and in the middle more of them than any usual batch or page holds.
    """
    return number + _GAPS["missing_first"] + _GAPS["missing"] * (number > _GAPS["before"])


def _write_numbers(
    file: Path, statement: str, count: int, *, name: str, padding: int, gaps: bool
) -> None:
    with _new(file, padding=padding) as connection:
        missing = _GAPS if gaps else _NO_GAPS
        connection.execute(statement, {"count": count, "name": name} | missing)


def _mixed(rows: Iterable[Row | UserRow]) -> list[tuple[Any, ...]]:
    """The position and the values of each row: those of every second one first."""
    values = [(position, *astuple(row)) for position, row in enumerate(rows)]
    return values[1::2] + values[::2]


@contextmanager
def _new(file: Path, *, padding: int = 0) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO padding VALUES (?)", ("x" * padding,))
        yield connection
