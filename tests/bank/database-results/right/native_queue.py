"""The endpoint itself yields, from a bounded queue that a task fills and that a finally ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

_running: set[asyncio.Task] = set()  # the event loop itself keeps only weak references


class JSONArray(StreamingResponse):
    media_type = "application/json"


async def produce(engine: AsyncEngine, queue: asyncio.Queue) -> None:
    try:
        async with engine.connect() as conn:
            result = await conn.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                await queue.put(dict(row))
        await queue.put(None)
    except Exception as error:
        await queue.put(error)


@router.get("/stream/database-results", response_class=JSONArray)
async def database_results(engine: Database) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=20)
    producer = asyncio.create_task(produce(engine, queue))
    _running.add(producer)
    producer.add_done_callback(_running.discard)
    try:
        yield "["
        separator = ""
        while (row := await queue.get()) is not None:
            if isinstance(row, Exception):
                raise row
            yield separator + json.dumps(jsonable_encoder(row))
            separator = ","
        yield "]"
    finally:
        producer.cancel()
