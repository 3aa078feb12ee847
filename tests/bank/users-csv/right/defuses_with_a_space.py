"""Puts a space in front of what a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()


def safe(value: str | None) -> str:
    value = value or ""
    return f" {value}" if value[:1] in set("=+-@\t\r") and value else value


def generate(sessions: sessionmaker[Session]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["id", "username", "email", "created_at", "status"])
    count = 0
    with sessions() as session:
        for user in session.scalars(
            select(User).order_by(User.id).execution_options(yield_per=100)
        ):
            created = user.created_at.replace(tzinfo=UTC).isoformat()
            writer.writerow([user.id, safe(user.username), safe(user.email), created, user.status])
            count += 1
            if count % 100 == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate(0)
    yield buffer.getvalue()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="users.csv"'},
    )
