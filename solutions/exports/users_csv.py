"""Users as CSV: batches from a blocking session, in worker threads, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from sources.users import User, Users

router = APIRouter()

BATCH = 200  # rows; each batch costs a hop to a worker thread
COLUMNS = ("id", "username", "email", "created_at", "status")
HEADERS = {"Content-Disposition": 'attachment; filename="users.csv"'}
FORMULA = tuple("=+-@\t\r")


def open_session(sessions: Users) -> Iterator[Session]:
    # FastAPI closes it when the response is over, also when the client leaves. A with block inside
    # the generator below would wait for garbage collection then: nobody closes the generator.
    with sessions() as session:
        yield session


@router.get("/export/users/csv")
def users_csv(session: Annotated[Session, Depends(open_session)]) -> StreamingResponse:
    return StreamingResponse(_batches(session), media_type="text/csv", headers=HEADERS)


# Not async: the session blocks, and Starlette takes each batch in a worker thread.
def _batches(session: Session) -> Iterator[str]:
    query = select(*(getattr(User, name) for name in COLUMNS)).order_by(User.id)
    yield _csv([COLUMNS])
    for batch in session.execute(query.execution_options(yield_per=BATCH)).partitions():
        yield _csv([_cell(value) for value in row] for row in batch)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)  # quotes what needs it, ends lines with CR LF
    return buffer.getvalue()


def _cell(value: object) -> object:
    # OWASP: a spreadsheet runs a cell that begins like this, unless something is in front of it.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
