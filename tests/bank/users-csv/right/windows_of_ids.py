"""Windows of ids, up to the largest one, of which some are empty."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select

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
    with sessions() as session:
        low, high = session.execute(select(func.min(User.id), func.max(User.id))).one()
        for start in range(low, high + 1, 400) if low is not None else ():
            rows = session.execute(
                select(*COLS).where(User.id.between(start, start + 399)).order_by(User.id)
            ).all()
            if rows:
                yield to_csv(rows)


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(generate(sessions), media_type="text/csv", headers=HEADERS)
