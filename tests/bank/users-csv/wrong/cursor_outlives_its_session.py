"""Reads on from the driver's cursor when its connection is back in the pool.
releases-too-early, caught by reads-only-while-it-holds-the-connection
"""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.users import Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]

QUERY = "SELECT id, username, email, created_at, status FROM users ORDER BY id"


def generate(cursor):
    yield ",".join(FIELDS) + "\r\n"
    while rows := cursor.fetchmany(100):
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        yield out.getvalue()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    with sessions() as session:
        cursor = session.connection().connection.cursor()
        cursor.execute(QUERY)
    return StreamingResponse(
        generate(cursor),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
