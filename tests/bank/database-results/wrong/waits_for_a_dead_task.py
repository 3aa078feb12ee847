"""A task that fails dies unseen, and the generator waits for its next row for ever.
never-ends, caught by a-failing-query-cuts-the-array-off
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

END = object()


async def fill(engine: AsyncEngine, queue: asyncio.Queue) -> None:
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as connection:
        rows = await connection.stream(query)
        async for row in rows.mappings():
            await queue.put(dict(row))
    await queue.put(END)


async def drain(engine: AsyncEngine) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=64)
    task = asyncio.create_task(fill(engine, queue))
    try:
        yield "["
        comma = ""
        while (row := await queue.get()) is not END:
            yield comma + json.dumps(jsonable_encoder(row))
            comma = ","
        yield "]"
    finally:
        task.cancel()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(drain(engine), media_type="application/json")
