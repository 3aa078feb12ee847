"""A byte order mark for Excel, all fields quoted, LF, and no line break at the end."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()


def quoted(values) -> str:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values)
    return file.getvalue()


def generate(sessions):
    yield "\ufeff" + quoted(["id", "username", "email", "created_at", "status"])
    with sessions() as session:
        query = select(User).order_by(User.id).execution_options(yield_per=50)
        for user in session.scalars(query):
            created = user.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            yield "\n" + quoted([user.id, user.username, user.email, created, user.status])


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment;filename="Users 2026.CSV"'},
    )
