"""An async def endpoint that yields reads from the blocking session on the event loop.
blocks-the-loop, caught by loop-stays-free
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterable

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()


class CSVResponse(StreamingResponse):
    media_type = "text/csv"


def as_attachment(response: Response) -> None:
    response.headers["Content-Disposition"] = 'attachment; filename="users.csv"'


def line(*values) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(values)
    return out.getvalue()


@router.get("/export/users/csv", response_class=CSVResponse, dependencies=[Depends(as_attachment)])
async def users_csv(sessions: Users) -> AsyncIterable[str]:
    yield line("id", "username", "email", "created_at", "status")
    with sessions() as session:
        for user in session.scalars(select(User).order_by(User.id)).yield_per(100):
            yield line(user.id, user.username, user.email, user.created_at, user.status)
