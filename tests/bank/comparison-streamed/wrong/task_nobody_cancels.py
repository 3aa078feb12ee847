"""A task fills a bounded queue, and nobody cancels it when the client leaves.
ignores-the-client-leaving, caught by closes-the-store-when-the-client-leaves
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
_tasks: set[asyncio.Task] = set()


async def produce(store: RecordStore, queue: asyncio.Queue) -> None:
    try:
        async with store.read() as records:
            async for record in records:
                await queue.put(record)
        await queue.put(None)
    except Exception as error:
        await queue.put(error)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=100)
    task = asyncio.create_task(produce(store, queue))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    yield '{"records": ['
    separator = ""
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield separator + json.dumps(item)
        separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
