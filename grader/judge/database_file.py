"""The SQLite files that the database exercises are judged on.

`results` is a view: it calls `row_read(id, name)` for every row that SQLite steps over, which the
stage defines on each connection (`sources.scripted.database`). Ordering by `id` needs no sorting,
because `id` is the key of the table beneath, so rows are read when they are stepped to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE stored (
    id INTEGER PRIMARY KEY, name TEXT, category TEXT, amount REAL, note TEXT, created_at TEXT
);
CREATE TABLE padding (text TEXT);
CREATE VIEW results AS
    SELECT id, row_read(id, name) AS name, category, amount,
           note || (SELECT text FROM padding) AS note, created_at
    FROM stored;
"""
_NUMBERED = """
WITH RECURSIVE numbers(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < :count)
INSERT INTO stored
    SELECT id, :name || ' ' || id, 'numbered', id / 4.0, '', '2026-11-22 09:00:00.000000'
    FROM numbers;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `created_at` is as SQLAlchemy stores it: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC."""

    id: int
    name: str
    category: str
    amount: float
    note: str | None
    created_at: str


def write_rows(file: Path, rows: Iterable[Row]) -> None:
    """Make a database of exactly these rows."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO padding VALUES ('')")
        connection.executemany(
            "INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?)", [astuple(row) for row in rows]
        )


def write_numbered(file: Path, count: int, *, name: str, padding: int = 0) -> None:
    """Make a database of `count` rows called `name 1` and so on, each with a note of `padding`."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO padding VALUES (?)", ("x" * padding,))
        connection.execute(_NUMBERED, {"count": count, "name": name})
