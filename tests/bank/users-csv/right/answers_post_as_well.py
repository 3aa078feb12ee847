"""Answers POST as well, as a form with filters would ask."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()

FIELDS = ["id", "username", "email", "created_at", "status"]


def generate_csv(sessions: sessionmaker[Session]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def flush() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate(0)
        return text

    writer.writerow(FIELDS)
    yield flush()
    with sessions() as session:
        query = select(User).order_by(User.id).execution_options(yield_per=100)
        for user in session.scalars(query):
            writer.writerow([getattr(user, field) for field in FIELDS])
            yield flush()


@router.api_route("/export/users/csv", methods=["GET", "POST"])
def export_users(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate_csv(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
