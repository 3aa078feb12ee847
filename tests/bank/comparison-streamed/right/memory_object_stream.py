"""A task group feeds an unbuffered memory object stream, and ends with the generator."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def feed(store: RecordStore, send: MemoryObjectSendStream[Record]) -> None:
    async with send, store.read() as records:
        async for record in records:
            await send.send(record)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    send, receive = anyio.create_memory_object_stream[Record]()
    async with anyio.create_task_group() as group, receive:
        group.start_soon(feed, store, send)
        yield '{"records":['
        separator = ""
        async for record in receive:
            yield separator + json.dumps(record)
            separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
