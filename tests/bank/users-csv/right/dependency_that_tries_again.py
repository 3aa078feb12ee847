"""The dependency tries three times to get a session, so it yields once more when one is given back."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from sources.users import User, Users

router = APIRouter()
HEADERS = {"Content-Disposition": 'attachment; filename="users.csv"'}


def get_db(sessions: Users) -> Iterator[Session]:
    for _attempt in range(3):
        try:
            with sessions() as session:
                yield session
        except OperationalError:
            continue
    raise HTTPException(503)


Db = Annotated[Session, Depends(get_db)]


@router.get("/export/users/csv")
def export_users(db: Db) -> StreamingResponse:
    return StreamingResponse(lines(db), media_type="text/csv", headers=HEADERS)


def lines(db: Session) -> Iterator[str]:
    yield line(["id", "username", "email", "created_at", "status"])
    users = db.execute(
        select(User.id, User.username, User.email, User.created_at, User.status)
        .order_by(User.id)
        .execution_options(yield_per=500)
    )
    for user in users:
        yield line(list(user))


def line(values: list[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()
