"""A worker thread sends batches into an anyio memory stream, and waits while it is full."""

from __future__ import annotations

import csv
import io
from functools import partial

import anyio
from anyio import from_thread, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

COLUMNS = (User.id, User.username, User.email, User.created_at, User.status)


def read(sessions, stream) -> None:
    """Runs in a worker thread. The send raises when nobody receives any more."""
    with sessions() as session:
        query = select(*COLUMNS).order_by(User.id).execution_options(yield_per=200)
        for rows in session.execute(query).partitions():
            from_thread.run(stream.send, rows)


class UsersResponse(StreamingResponse):
    def __init__(self, sessions) -> None:
        self.sessions = sessions
        super().__init__(
            self.lines(),
            media_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="users.csv"'},
        )

    async def lines(self):
        yield self.text([[column.key for column in COLUMNS]])
        async for rows in self.receiver:
            yield self.text(rows)
        if self.error is not None:
            raise self.error

    def text(self, rows) -> str:
        file = io.StringIO(newline="")
        csv.writer(file).writerows(rows)
        return file.getvalue()

    async def produce(self, sender) -> None:
        async with sender:
            try:
                await to_thread.run_sync(partial(read, self.sessions, sender))
            except anyio.BrokenResourceError:
                pass
            except Exception as error:
                self.error = error

    async def __call__(self, scope, receive, send) -> None:
        sender, self.receiver = anyio.create_memory_object_stream(2)
        self.error = None
        async with anyio.create_task_group() as group, self.receiver:
            group.start_soon(self.produce, sender)
            await super().__call__(scope, receive, send)
            await self.receiver.aclose()


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    return UsersResponse(sessions)
