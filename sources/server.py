"""The database server that the variable DATABASE_URL names: it takes the place of SQLite's files.

What is wrong with it is an HTTP error, 503, with one sentence that says what to do; a password is
not in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from fastapi import HTTPException
from sqlalchemy import URL, Table, create_engine, func, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

EXAMPLE = "postgresql://user:password@127.0.0.1:5432/streamdrill"
OPTIONS: dict[str, Any] = {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}

_LOCK = 0x73747265  # any number that is not another application's; two first uses take turns


def server_url() -> URL | None:
    """The server's URL, or None if there is none. Any URL of PostgreSQL is read with psycopg."""
    text = os.environ.get("DATABASE_URL", "").strip()
    if not text:
        return None
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        _refuse(f"DATABASE_URL is not a database URL; expected one such as {EXAMPLE}.")
    name = url.drivername.partition("+")[0]
    if name not in ("postgresql", "postgres"):
        _refuse(f"DATABASE_URL names {name!r}, and only PostgreSQL is known here: {EXAMPLE}.")
    return url.set(drivername="postgresql+psycopg")


def ensure_table(url: URL, table: Table, rows: Callable[[], list[dict[str, Any]]]) -> None:
    """Create `table` on the server and fill it, unless it is there. It appears whole."""
    with _explained(url):
        engine = create_engine(url, **OPTIONS)
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            if not inspect(connection).has_table(table.name):
                table.create(connection)
                connection.execute(insert(table), rows())
        engine.dispose()


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError:
        _refuse("DATABASE_URL needs psycopg; install psycopg[binary] into this kit's .venv.")
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        shown = url.set(drivername="postgresql").render_as_string()  # without the password
        _refuse(f"the server of DATABASE_URL, {shown}, cannot be used: {reason}")


def _refuse(sentence: str) -> NoReturn:
    raise HTTPException(503, sentence)
