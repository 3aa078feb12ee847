"""Loads all users in the endpoint, and streams the finished list.
collects-then-yields, caught by streams
"""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]


def to_csv(rows) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def values(user: User) -> list:
    return [user.id, user.username, user.email, user.created_at.isoformat(), user.status]


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    with sessions() as session:
        users = session.scalars(select(User).order_by(User.id)).all()

    def generate():
        yield to_csv([FIELDS])
        for user in users:
            yield to_csv([values(user)])

    return StreamingResponse(
        generate(),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
