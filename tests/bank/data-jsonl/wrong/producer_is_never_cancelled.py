"""A task fills a bounded queue, and nobody cancels it when the client has left.
ignores-the-client-leaving, caught by ends-when-the-client-leaves
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def produce(archive: Archive, queue: asyncio.Queue) -> None:
    try:
        async with archive.scan() as records:
            async for record in records:
                await queue.put(record)
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(None)


async def lines(archive: Archive) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=50)
    producer = asyncio.create_task(produce(archive, queue))
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield to_line(item)
    await producer


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
