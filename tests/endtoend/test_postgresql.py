"""With DATABASE_URL, the live database sources are on a PostgreSQL server, read by its cursors."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import URL, create_engine, func, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from grader.catalogue import exercises
from sources.database import ROWS as RESULTS
from sources.database import results
from sources.users import COUNT, User

from .expected import ROWS
from .postgresql import missing, postgresql
from .servers import GRADE_SERVE, served

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.timeout(120),
    pytest.mark.skipif(bool(missing()), reason=missing()),
]

SLUGS = ("users-csv", "database-results")
OPEN_CURSORS = text("SELECT count(*) FROM pg_cursors")


@contextmanager
def serving_from(url: str) -> Iterator[str]:
    """`grade serve` with the references, and this DATABASE_URL."""
    with patch.dict(os.environ, DATABASE_URL=url), served(*GRADE_SERVE, "solutions") as address:
        yield address


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which both tables have been asked for twice."""
    with postgresql() as url:
        for spelling in (url, url.replace("postgresql", "postgres+asyncpg", 1)):
            with serving_from(spelling) as address:
                for slug in SLUGS:
                    assert httpx.get(address + exercises()[slug].target).status_code == 200
        yield url


@pytest.fixture
def driver(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_rows_are_those_of_sqlite(server: str, slug: str) -> None:
    row = ROWS[slug]
    with serving_from(server) as one, serving_from("") as other:
        from_server, from_file = (
            httpx.get(address + exercises()[slug].target) for address in (one, other)
        )

    assert row.content(from_server.content) == row.content(from_file.content)


@pytest.fixture
def session(driver: URL) -> Iterator[Session]:
    engine = create_engine(driver)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_tables_are_filled_once(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(User)) == COUNT
    assert session.scalar(select(func.count()).select_from(results)) == RESULTS


def test_a_session_reads_through_a_cursor_of_the_server(session: Session) -> None:
    users = session.scalars(select(User).execution_options(yield_per=100))
    next(users)
    assert session.scalar(OPEN_CURSORS) == 1
    users.close()


async def test_the_asynchronous_engine_reads_through_a_cursor_of_the_server(driver: URL) -> None:
    engine = create_async_engine(driver)
    async with engine.connect() as connection:
        rows = await connection.stream(select(results).execution_options(yield_per=100))
        await anext(aiter(rows))
        assert await connection.scalar(OPEN_CURSORS) == 1
        await rows.close()
    await engine.dispose()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_server_that_is_not_there_is_named_in_one_sentence(slug: str) -> None:
    with socket.socket() as nobody:  # bound and not listening: whoever connects is refused
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with serving_from(f"postgresql://me:secret@127.0.0.1:{port}/kit") as address:
            response = httpx.get(address + exercises()[slug].target)

    assert response.status_code == 503
    detail = response.json()["detail"]
    assert f"DATABASE_URL, postgresql://me:***@127.0.0.1:{port}/kit, cannot be used" in detail
    assert "secret" not in detail
    assert "\n" not in detail
