"""The endpoint itself yields; a dependency sets the header that a generator cannot set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

FIELDS = ("id", "username", "email", "created_at", "status")


class CSVResponse(StreamingResponse):
    media_type = "text/csv"


def as_attachment(response: Response) -> None:
    response.headers["Content-Disposition"] = 'attachment; filename="users.csv"'


def to_csv(rows) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@router.get("/export/users/csv", response_class=CSVResponse, dependencies=[Depends(as_attachment)])
def users_csv(sessions: Users) -> Iterable[str]:
    yield to_csv([FIELDS])
    query = select(User.id, User.username, User.email, User.created_at, User.status)
    with sessions() as session:
        result = session.execute(query.order_by(User.id), execution_options={"yield_per": 500})
        for partition in result.partitions():
            yield to_csv(partition)
