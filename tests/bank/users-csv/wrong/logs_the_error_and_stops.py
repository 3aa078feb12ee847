"""Logs a query that fails, and ends the file as if it were whole.
passes-failure-off-as-success, caught by a-failing-query-cuts-the-file-off
"""

from __future__ import annotations

import csv
import io
import logging

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from sources.users import User, Users

logger = logging.getLogger(__name__)
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
        query = select(User).order_by(User.id).execution_options(yield_per=2)
        try:
            for users in session.scalars(query).partitions():
                yield to_csv(values(user) for user in users)
        except SQLAlchemyError:
            logger.exception("the export of users failed")


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
