"""A task reads into a queue of fifty, and is cancelled and awaited in the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def produce(store: RecordStore, queue: asyncio.Queue[Record | Exception | None]) -> None:
    try:
        async with store.read() as records:
            async for record in records:
                await queue.put(record)
        await queue.put(None)
    except Exception as error:
        await queue.put(error)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    queue: asyncio.Queue[Record | Exception | None] = asyncio.Queue(maxsize=50)
    producer = asyncio.create_task(produce(store, queue))
    try:
        yield '{"records": ['
        separator = ""
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield separator + json.dumps(item)
            separator = ", "
        yield "]}"
    finally:
        producer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await producer


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
