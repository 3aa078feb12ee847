"""Running exports are kept in a registry, which is emptied at the end and on cancellation, and not by GeneratorExit.
never-releases, caught by ends-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.users import User, Users

router = APIRouter()

COLUMNS = ("id", "username", "email", "created_at", "status")
running = {}
numbers = itertools.count()


def text(rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


async def finish(number):
    with CancelScope(shield=True):
        await to_thread.run_sync(running.pop(number).close)


class Csv(StreamingResponse):
    media_type = "text/csv"


def attachment(response: Response) -> None:
    response.headers["Content-Disposition"] = 'attachment; filename="users.csv"'


@router.get("/export/users/csv", response_class=Csv, dependencies=[Depends(attachment)])
async def users_csv(sessions: Users) -> AsyncIterator[str]:
    number = next(numbers)
    running[number] = session = sessions()
    query = select(*(getattr(User, name) for name in COLUMNS)).order_by(User.id)
    try:
        yield text([COLUMNS])
        result = await to_thread.run_sync(
            lambda: session.execute(query.execution_options(yield_per=100)).partitions()
        )
        while batch := await to_thread.run_sync(next, result, None):
            yield text(batch)
    except asyncio.CancelledError:
        await finish(number)
        raise
    except Exception:
        await finish(number)
        raise
    await finish(number)
