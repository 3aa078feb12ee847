"""Cards about databases: how far a result is read, and for how long its connection is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, exc, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

NUMBERS = text(
    "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 20000)"
    " SELECT tick(id) FROM n"
)


@pytest.fixture
def made() -> list[int]:
    """The rows that the database has made so far."""
    return []


@pytest.fixture
def engine(tmp_path: Path, made: list[int]) -> Iterator[Engine]:
    """SQLite with one connection, and a function that notes each row it makes."""
    options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 0}
    engine = create_engine(f"sqlite:///{tmp_path / 'numbers.db'}", **options)

    def tick(number: int) -> int:
        made.append(number)
        return number

    event.listen(engine, "connect", lambda raw, _: raw.create_function("tick", 1, tick))
    yield engine
    engine.dispose()


def test_a_streamed_result_is_read_as_far_as_it_is_asked_for(
    engine: Engine, made: list[int]
) -> None:
    with engine.connect() as connection:
        result = connection.execution_options(yield_per=100).execute(NUMBERS)
        assert next(iter(result.scalars())) == 1
        assert len(made) < 300
        result.close()
    made.clear()
    with engine.connect() as connection:
        assert connection.execute(NUMBERS).scalars().all()[0] == 1
        assert len(made) == 20_000


def rows(engine: Engine) -> Iterator[int]:
    with engine.connect() as connection:
        yield from connection.execution_options(yield_per=100).execute(NUMBERS).scalars()


def test_a_stream_holds_its_connection_until_it_ends(engine: Engine) -> None:
    stream = rows(engine)
    next(stream)
    with pytest.raises(exc.TimeoutError):
        engine.connect()
    stream.close()  # type: ignore[attr-defined]
    engine.connect().close()


def test_pages_by_key_hold_no_connection_between_them(engine: Engine) -> None:
    page = text("SELECT id FROM t WHERE id > :last ORDER BY id LIMIT 2")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO t VALUES (1), (2), (3), (5)"))

    def ask(last: int) -> list[int]:
        with engine.connect() as connection:
            return list(connection.execute(page, {"last": last}).scalars())

    assert ask(0) == [1, 2]
    with engine.begin() as connection:  # somebody else has the connection, and inserts
        connection.execute(text("INSERT INTO t VALUES (4)"))
    assert ask(2) == [3, 4]
