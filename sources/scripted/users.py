"""The users' database that the judge drives row by row. See `sources.scripted.rows`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from grader.stage.channel import Channel
from sources.scripted.rows import observe
from sources.users import Base, User, user_sessions


class ObservedUsers:
    """Makes sessions on each file that the judge names, when it is first asked for them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._makers: dict[str, sessionmaker[Session]] = {}

    async def sessions(self) -> sessionmaker[Session]:
        file = (await self._channel.ask("settings", source=0))["value"]
        if file not in self._makers:
            engine = create_engine(f"sqlite:///{file}")
            observe(engine, self._channel)
            self._makers[file] = sessionmaker(engine)
        return self._makers[file]


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    return {user_sessions: ObservedUsers(channel).sessions}


def warm_up() -> None:
    """Query a database once, so that no stage is the first to import and to compile."""
    engine = create_engine("sqlite://")
    with Session(engine) as session:
        Base.metadata.create_all(session.connection())
        session.add(User(username="", created_at=datetime(2026, 1, 1), status=""))
        session.flush()
        session.expunge_all()
        _ = session.scalars(select(User).order_by(User.id)).all()
        _ = session.execute(select(User.id, User.username).order_by(User.id)).all()
    engine.dispose()
