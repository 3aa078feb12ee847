"""A bare ASGI callable, in which a worker thread gives each batch."""

from __future__ import annotations

import csv
import io
from contextlib import closing

import anyio
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import iterate_in_threadpool

from sources.users import User, Users

router = APIRouter()


def batches(session: Session):
    yield b"id,username,email,created_at,status\r\n"
    query = select(User.id, User.username, User.email, User.created_at, User.status)
    for rows in session.execute(
        query.order_by(User.id).execution_options(yield_per=100)
    ).partitions():
        file = io.StringIO(newline="")
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
        yield file.getvalue().encode()


class Export(Response):
    def __init__(self, sessions: sessionmaker[Session]) -> None:
        super().__init__()
        self.sessions = sessions

    async def __call__(self, scope, receive, send) -> None:
        async with anyio.create_task_group() as group:

            async def until_gone() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(until_gone)
            await self.send_all(send)
            group.cancel_scope.cancel()

    async def send_all(self, send) -> None:
        headers = [
            (b"content-type", b"text/csv;charset=UTF-8"),
            (b"content-disposition", b"ATTACHMENT; filename=users.csv"),
        ]
        with closing(self.sessions()) as session:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for body in iterate_in_threadpool(batches(session)):
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> Response:
    return Export(sessions)
