"""A task reads into a queue without a bound, as fast as the store gives.
runs-ahead, caught by a-stalled-client-stops-the-reading
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def produce(store: RecordStore, queue: asyncio.Queue) -> None:
    async with store.read() as records:
        async for record in records:
            await queue.put(record)
    await queue.put(None)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        producer = group.create_task(produce(store, queue))
        try:
            yield '{"records": ['
            separator = ""
            while (record := await queue.get()) is not None:
                yield separator + json.dumps(record)
                separator = ","
        except BaseException:
            producer.cancel()
            raise
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
