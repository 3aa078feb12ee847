"""astimezone takes the database's times, which are UTC without an offset, for local ones.
takes-a-part-for-the-whole, caught by sends-every-user-once
"""

from __future__ import annotations

import csv
import io
from datetime import UTC

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()
COLUMNS = [User.id, User.username, User.email, User.created_at, User.status]


def lines(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def generate(sessions):
    yield lines([[column.key for column in COLUMNS]])
    with sessions() as session:
        query = select(*COLUMNS).order_by(User.id).execution_options(yield_per=200)
        for batch in session.execute(query).partitions():
            yield lines((*row[:3], row[3].astimezone(UTC).isoformat(), row[4]) for row in batch)


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="users.csv"'},
    )
