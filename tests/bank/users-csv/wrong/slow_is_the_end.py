"""Takes a database that is slow for ten seconds for the end of the table.
passes-failure-off-as-success, caught by a-silence-is-not-the-end
"""

from __future__ import annotations

import asyncio
import csv
import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()
COLUMNS = ["id", "username", "email", "created_at", "status"]
COLS = [User.id, User.username, User.email, User.created_at, User.status]
HEADERS = {"Content-Disposition": 'attachment; filename="users.csv"'}


def to_csv(rows) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


async def generate(sessions):
    yield to_csv([COLUMNS])
    session = sessions()
    loop = asyncio.get_running_loop()
    try:
        result = await loop.run_in_executor(
            None,
            lambda: session.execute(
                select(*COLS).order_by(User.id).execution_options(yield_per=200)
            ).partitions(),
        )
        while True:
            try:
                batch = await asyncio.wait_for(loop.run_in_executor(None, next, result, None), 10)
            except asyncio.TimeoutError:
                break
            if batch is None:
                break
            yield to_csv(batch)
    finally:
        await loop.run_in_executor(None, session.close)


@router.get("/export/users/csv")
def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(generate(sessions), media_type="text/csv", headers=HEADERS)
