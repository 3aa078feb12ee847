from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    with sessions() as session:
        return StreamingResponse(lines(session), media_type="text/csv")


def lines(session) -> Iterator[str]:
    yield "id,username\r\n"
    query = select(User.id, User.username).order_by(User.id)
    rows = session.execute(query.execution_options(yield_per=100))
    for batch in rows.partitions():
        text = io.StringIO()
        csv.writer(text).writerows(batch)
        yield text.getvalue()
