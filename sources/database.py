"""A database of results, read by SQLAlchemy's asynchronous engine.

They are in a SQLite file, or on the server that DATABASE_URL names.

An endpoint takes the engine as a parameter, `engine: Database`, and reads the table `results`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import (
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sources.data import DATA, ensure
from sources.server import OPTIONS, ensure_table, server_url

ROWS = 1000

results = Table(
    "results",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("amount", Float, nullable=False),
    Column("note", Text),
    Column("created_at", DateTime, nullable=False),  # UTC; SQLite keeps no offset
)

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
    "],[",
    "line\u2028separator",
)


def open_database(file: Path) -> AsyncEngine:
    """An engine on the SQLite database `file`, which is made and filled if it does not exist."""
    return create_async_engine(f"sqlite+aiosqlite:///{ensure(file, _fill)}")


def _fill(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        results.metadata.create_all(connection)
        connection.execute(insert(results), _rows())
    engine.dispose()


def _rows() -> list[dict[str, Any]]:
    pick = Random(1)
    opened = datetime(2026, 1, 1, 9)
    return [
        {
            "id": number,
            "name": f"Result {number}",
            "category": pick.choice(_CATEGORIES),
            "amount": round(pick.uniform(1, 1000), 2),
            "note": _NOTES[number % len(_NOTES)],
            "created_at": opened + timedelta(minutes=7 * number),
        }
        for number in range(1, ROWS + 1)
    ]


@cache
def database() -> AsyncEngine:
    """The dependency behind `Database`. Raises HTTPException if DATABASE_URL is of no use."""
    url = server_url()
    if url is None:
        return open_database(DATA / "streamdrill.sqlite3")
    ensure_table(url, results, _rows)
    return create_async_engine(url, **OPTIONS)


Database = Annotated[AsyncEngine, Depends(database)]
