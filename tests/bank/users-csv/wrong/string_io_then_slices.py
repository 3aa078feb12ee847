"""Writes the whole table into a StringIO, and sends that in slices.
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


def values(user: User) -> list:
    return [user.id, user.username, user.email, user.created_at.isoformat(), user.status]


def generate(sessions):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    with sessions() as session:
        for user in session.scalars(
            select(User).order_by(User.id).execution_options(yield_per=100)
        ):
            writer.writerow(values(user))
    out.seek(0)
    while chunk := out.read(8192):
        yield chunk


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
