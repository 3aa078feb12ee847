"""A thread reads on to the last row after the client has left.
ignores-the-client-leaving, caught by ends-when-the-client-leaves
"""

from __future__ import annotations

import asyncio
import csv
import io
import threading

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


class Reader:
    """Reads in a thread of its own, a few batches ahead of the response."""

    def __init__(self, sessions, loop):
        self.sessions, self.loop = sessions, loop
        self.queue = asyncio.Queue()
        self.room = threading.Semaphore(4)
        self.abandoned = False

    def read(self):
        try:
            with self.sessions() as session:
                query = select(User).order_by(User.id).execution_options(yield_per=100)
                for users in session.scalars(query).partitions():
                    self.put(to_csv(values(user) for user in users))
            self.put(None)
        except Exception as error:
            self.put(error)

    def put(self, item):
        if not self.abandoned:
            self.room.acquire()
            self.loop.call_soon_threadsafe(self.queue.put_nowait, item)


async def generate(sessions):
    loop = asyncio.get_running_loop()
    reader = Reader(sessions, loop)
    loop.run_in_executor(None, reader.read)
    try:
        yield to_csv([FIELDS])
        while (chunk := await reader.queue.get()) is not None:
            reader.room.release()
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk
    finally:
        reader.abandoned = True
        reader.room.release()


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
