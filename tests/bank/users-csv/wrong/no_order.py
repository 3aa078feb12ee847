"""The query asks for no order, and gets that in which the users happen to be stored.
takes-a-part-for-the-whole, caught by sends-every-user-once
"""

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()


@router.get("/export/users/csv")
def export_users(sessions: Users) -> StreamingResponse:
    headers = {"Content-Disposition": "attachment; filename=users.csv"}
    return StreamingResponse(generate(sessions), media_type="text/csv", headers=headers)


def generate(sessions: sessionmaker[Session]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["id", "username", "email", "created_at", "status"])
    with sessions() as session:
        for batch in session.scalars(select(User).execution_options(yield_per=500)).partitions():
            writer.writerows((u.id, u.username, u.email, u.created_at, u.status) for u in batch)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
