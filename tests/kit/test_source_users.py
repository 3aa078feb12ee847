"""The live users and the live archive: what they hold, and what they are like to read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from sources.archive import RECORDS, LiveArchive, Record
from sources.users import COUNT, User, open_users


@contextmanager
def opened(file: Path) -> Iterator[sessionmaker[Session]]:
    """Sessions on `file`, whose connections are closed in the end and not by garbage collection."""
    sessions = open_users(file)
    try:
        yield sessions
    finally:
        sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    with opened(tmp_path_factory.mktemp("live") / "users.sqlite3") as sessions:
        yield sessions


def test_there_are_ten_thousand_users(users: sessionmaker[Session]) -> None:
    with users() as session:
        assert session.scalar(select(func.count()).select_from(User)) == COUNT == 10_000


def test_users_hold_what_breaks_careless_lines(users: sessionmaker[Session]) -> None:
    with users() as session:
        names = set("".join(session.scalars(select(User.username))))
        formula = select(User).where(User.username.startswith("="))
        assert session.scalars(formula.limit(1)).one()
        assert session.scalars(select(User).where(User.email.is_(None)).limit(1)).one()

    assert {",", '"', "\n", "\N{LATIN SMALL LETTER E WITH DIAERESIS}"} < names


def test_users_are_the_same_on_every_machine(users: sessionmaker[Session], tmp_path: Path) -> None:
    query = select(User.id, User.username, User.email, User.created_at, User.status)
    with opened(tmp_path / "again.sqlite3") as again, users() as session, again() as other:
        assert session.execute(query).all() == other.execute(query).all()


async def _scanned() -> list[Record]:
    async with LiveArchive().scan() as records:
        return [record async for record in records]


async def test_the_archive_is_the_same_each_time_it_is_scanned() -> None:
    first, second = await asyncio.gather(_scanned(), _scanned())

    assert [record["id"] for record in first] == [*range(1, RECORDS + 1)]
    assert first == second
    assert all(record["created_at"].tzinfo for record in first)


async def test_the_archive_gives_others_a_turn_at_each_record() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with LiveArchive().scan() as records:
        counting = asyncio.create_task(count())
        for _ in range(10):
            await anext(records)
        counting.cancel()

    assert turns >= 9


async def test_notes_of_the_archive_hold_what_breaks_careless_lines() -> None:
    notes = {record["note"] for record in await _scanned()}

    assert None in notes
    assert {"\n", '"', "\\", "\u2028"} < set("".join(note for note in notes if note))
