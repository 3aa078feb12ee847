"""Pages by key, and takes the last user of each page once more.
takes-a-part-for-the-whole, caught by sends-a-large-table-whole
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
    last = 0
    while True:
        with sessions() as session:
            query = select(User).where(User.id >= last).order_by(User.id).limit(100)
            rows = [values(user) for user in session.scalars(query)]
        yield to_csv(rows)
        if len(rows) < 100:
            return
        last = rows[-1][0]


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
