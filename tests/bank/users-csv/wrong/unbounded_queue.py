"""A thread reads the whole table into a queue without a bound.
runs-ahead, caught by a-stalled-client-stops-the-query
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

FIELDS = ["id", "username", "email", "created_at", "status"]


def to_csv(rows) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def values(user: User) -> list:
    return [user.id, user.username, user.email, user.created_at.isoformat(), user.status]


def read(sessions, loop, queue):
    def put(item):
        loop.call_soon_threadsafe(queue.put_nowait, item)

    try:
        with sessions() as session:
            query = select(User).order_by(User.id).execution_options(yield_per=100)
            for users in session.scalars(query).partitions():
                put(to_csv(values(user) for user in users))
        put(None)
    except Exception as error:
        put(error)


async def generate(sessions):
    queue = asyncio.Queue()
    loop = asyncio.get_running_loop()
    reading = loop.run_in_executor(None, read, sessions, loop, queue)
    yield to_csv([FIELDS])
    while (chunk := await queue.get()) is not None:
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk
    await reading


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
