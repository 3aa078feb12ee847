"""A thread fills a bounded queue, and gives up when the generator says that it is over."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from sources.users import User, Users

router = APIRouter()

END = object()


class Producer(threading.Thread):
    def __init__(self, sessions: sessionmaker[Session], loop, queue: asyncio.Queue) -> None:
        super().__init__(daemon=True)
        self.sessions, self.loop, self.queue = sessions, loop, queue
        self.stopped = threading.Event()
        self.room = threading.Semaphore(4)

    def put(self, item) -> bool:
        self.room.acquire()
        if self.stopped.is_set():
            return False
        self.loop.call_soon_threadsafe(self.queue.put_nowait, item)
        return True

    def stop(self) -> None:
        self.stopped.set()
        self.room.release()

    def run(self) -> None:
        try:
            with self.sessions() as session:
                users = session.scalars(
                    select(User).order_by(User.id).execution_options(yield_per=100)
                )
                for batch in users.partitions(100):
                    rows = [[u.id, u.username, u.email, u.created_at, u.status] for u in batch]
                    if not self.put(rows):
                        return
            self.put(END)
        except Exception as error:
            self.put(error)


async def generate(sessions: sessionmaker[Session]) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue()
    producer = Producer(sessions, asyncio.get_running_loop(), queue)
    producer.start()
    try:
        rows = [["id", "username", "email", "created_at", "status"]]
        while rows is not END:
            if isinstance(rows, Exception):
                raise rows
            out = io.StringIO(newline="")
            csv.writer(out).writerows(rows)
            yield out.getvalue()
            rows = await queue.get()
            producer.room.release()
    finally:
        producer.stop()


@router.get("/export/users/csv")
async def users_csv(sessions: Users) -> StreamingResponse:
    return StreamingResponse(
        generate(sessions),
        media_type="text/csv",
        headers={"Content-Disposition": "attachment; filename=users.csv"},
    )
