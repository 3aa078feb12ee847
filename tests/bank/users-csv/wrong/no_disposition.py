"""Leaves Content-Disposition out, so a browser may show it or make up a name.
missing-header, caught by is-an-attachment
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
        query = select(User).order_by(User.id).execution_options(yield_per=100)
        for users in session.scalars(query).partitions():
            yield to_csv(values(user) for user in users)


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(generate(sessions), media_type="text/csv")
