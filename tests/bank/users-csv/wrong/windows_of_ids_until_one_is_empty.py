"""Reads windows of 500 ids, and takes a gap in the ids for the end of the table.
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
COLUMNS = ["id", "username", "email", "created_at", "status"]
COLS = [User.id, User.username, User.email, User.created_at, User.status]
HEADERS = {"Content-Disposition": 'attachment; filename="users.csv"'}


def to_csv(rows) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def generate(sessions):
    yield to_csv([COLUMNS])
    start = 0
    with sessions() as session:
        while True:
            rows = session.execute(
                select(*COLS).where(User.id > start, User.id <= start + 500).order_by(User.id)
            ).all()
            if not rows:
                break
            yield to_csv(rows)
            start += 500


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(generate(sessions), media_type="text/csv", headers=HEADERS)
