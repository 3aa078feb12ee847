"""Iterates over the ORM's result without yield_per: the session has read all rows by then.
buffers-after-the-head, caught by streams
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


def generate(sessions):
    yield to_csv([FIELDS])
    with sessions() as session:
        for user in session.scalars(select(User).order_by(User.id)):
            yield to_csv([values(user)])


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
