"""A task fills a bounded queue, and nobody cancels it when the client has left.
ignores-the-client-leaving, caught by gives-the-connection-back-when-the-client-leaves
"""

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


async def produce(engine: AsyncEngine, queue: asyncio.Queue) -> None:
    try:
        async with engine.connect() as conn:
            result = await conn.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                await queue.put(dict(row))
        await queue.put(None)
    except Exception as error:
        await queue.put(error)


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=50)
    producer = asyncio.create_task(produce(engine, queue))
    separator = ""
    yield "["
    while (row := await queue.get()) is not None:
        if isinstance(row, Exception):
            raise row
        yield separator + json.dumps(jsonable_encoder(row))
        separator = ","
    yield "]"
    await producer


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
