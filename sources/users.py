"""The users of an application, read by SQLAlchemy's synchronous sessions, which block.

They are in a SQLite file, or on the server that DATABASE_URL names.

An endpoint takes the maker of sessions as a parameter, `sessions: Users`, and reads the table of
`User`. Everything that a session does makes the calling thread wait:

    with sessions() as session:
        for user in session.scalars(select(User)):
            ...
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Annotated, Any, cast

from fastapi import Depends
from sqlalchemy import Table, create_engine, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from sources.data import DATA, ensure
from sources.server import OPTIONS, ensure_table, server_url

COUNT = 10_000


class Base(DeclarativeBase):
    """The base of the models."""


class User(Base):
    """One user. Who signed up by telephone has no `email`; `created_at` is in UTC."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[datetime]  # SQLite keeps no offset
    status: Mapped[str]


_FIRST = ("Ada", "Björn", "Chloé", "Dmitri", "Eun-ji", "Fatima", "Grace", "José", "Olu", "Zoë")
_LAST = (
    "Lovelace",
    "O'Brien",
    'Smith, "Bob"',
    "von der Heide",
    "García Márquez",
    "Nguyễn",
    "line\nbreak",
    "Jr., PhD",
)
_FORMULAS = ("=1+1", "+49 30 1234", "-none-", "@ada", '=HYPERLINK("//evil.example","click")')
_STATUSES = ("active", "active", "active", "invited", "suspended")


def open_users(file: Path) -> sessionmaker[Session]:
    """Sessions on the SQLite database `file`, which is made and filled if it does not exist."""
    return sessionmaker(create_engine(f"sqlite:///{ensure(file, _fill)}"))


def _fill(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(insert(User), _rows())
    engine.dispose()


def _rows() -> list[dict[str, Any]]:
    pick = Random(2)
    opened = datetime(2026, 1, 1, 9)
    return [
        {
            "id": number,
            "username": _username(number, pick),
            "email": f"user{number}@example.com" if number % 25 else None,
            "created_at": opened + timedelta(minutes=11 * number),
            "status": pick.choice(_STATUSES),
        }
        for number in range(1, COUNT + 1)
    ]


def _username(number: int, pick: Random) -> str:
    """A name; of every fifty, one that a spreadsheet would take for a formula."""
    if number % 50 == 0:
        return _FORMULAS[number // 50 % len(_FORMULAS)]
    return f"{pick.choice(_FIRST)} {pick.choice(_LAST)} {number}"


@cache
def user_sessions() -> sessionmaker[Session]:
    """The dependency behind `Users`. Raises HTTPException if DATABASE_URL is of no use."""
    url = server_url()
    if url is None:
        return open_users(DATA / "users.sqlite3")
    ensure_table(url, cast(Table, User.__table__), _rows)
    return sessionmaker(create_engine(url, **OPTIONS))


Users = Annotated[sessionmaker[Session], Depends(user_sessions)]
