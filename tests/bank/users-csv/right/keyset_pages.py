"""Pages by key, with a session for each page; the charset is left to the reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()

PAGE = 100


def pages(sessions: sessionmaker[Session]) -> Iterator[list[User]]:
    last = 0
    while True:
        with sessions() as session:
            query = select(User).where(User.id > last).order_by(User.id).limit(PAGE)
            users = list(session.scalars(query))
            session.expunge_all()
        if not users:
            return
        yield users
        last = users[-1].id


def lines(sessions: sessionmaker[Session]) -> Iterator[str]:
    yield "id,username,email,created_at,status\r\n"
    for users in pages(sessions):
        file = io.StringIO()
        writer = csv.writer(file)
        for u in users:
            writer.writerow((u.id, u.username, u.email or "", u.created_at.isoformat(), u.status))
        yield file.getvalue()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        lines(sessions),
        headers={
            "Content-Type": "text/csv",
            "Content-Disposition": 'attachment; filename="users.csv"',
        },
    )
