"""Closes the session when the endpoint returns; the session opens again, and nobody closes that.
never-releases, caught by leaves-nothing-behind
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


def generate(session):
    yield to_csv([FIELDS])
    query = select(User).order_by(User.id).execution_options(yield_per=100)
    for users in session.scalars(query).partitions():
        yield to_csv(values(user) for user in users)


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    with sessions() as session:
        return StreamingResponse(
            generate(session),
            media_type="text/csv",
            headers={"Content-Disposition": "attachment; filename=users.csv"},
        )
