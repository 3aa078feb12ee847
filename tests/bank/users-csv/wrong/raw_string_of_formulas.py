"""The dangerous characters are in a raw string, so that names with t and r are taken for formulas.
takes-a-part-for-the-whole, caught by formulas-arrive
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()
DANGEROUS = r"=+-@\t\r"
COLUMNS = [User.id, User.username, User.email, User.created_at, User.status]


def escape(value: Any) -> Any:
    if isinstance(value, str) and value and value[0] in DANGEROUS:
        return "'" + value
    return value


def to_csv(rows: list[list[Any]]) -> str:
    with io.StringIO(newline="") as buffer:
        csv.writer(buffer).writerows(rows)
        return buffer.getvalue()


def stream(sessions: sessionmaker[Session]) -> Iterator[str]:
    yield to_csv([[column.key for column in COLUMNS]])
    with sessions() as session:
        query = select(*COLUMNS).order_by(User.id).execution_options(yield_per=250)
        for batch in session.execute(query).partitions():
            yield to_csv([[escape(value) for value in row] for row in batch])


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        stream(sessions),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="users.csv"'},
    )
