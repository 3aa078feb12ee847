"""An asynchronous generator that takes each batch in a worker thread, and closes shielded."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

import anyio
from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()

COLUMNS = [User.id, User.username, User.email, User.created_at, User.status]


def as_csv(rows) -> bytes:
    with io.StringIO(newline="") as file:
        csv.writer(file).writerows(rows)
        return file.getvalue().encode()


async def stream(sessions: sessionmaker[Session]) -> AsyncIterator[bytes]:
    yield as_csv([[column.key for column in COLUMNS]])
    session = sessions()
    try:
        result = await to_thread.run_sync(session.execute, select(*COLUMNS).order_by(User.id))
        result = result.yield_per(250)
        while rows := await to_thread.run_sync(result.fetchmany, 250):
            yield as_csv(rows)
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(session.close)


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''users.csv"}
    return StreamingResponse(stream(sessions), media_type="text/csv", headers=headers)
