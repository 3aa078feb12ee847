"""A task reads the table into a queue without a bound, however slowly the client reads.
runs-ahead, caught by a-stalled-client-stops-the-query
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


async def read_rows(engine: AsyncEngine, queue: asyncio.Queue) -> None:
    try:
        async with engine.connect() as conn:
            result = await conn.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                await queue.put(dict(row))
        await queue.put(None)
    except Exception as error:
        await queue.put(error)


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    queue: asyncio.Queue = asyncio.Queue()
    reader = asyncio.create_task(read_rows(engine, queue))
    try:
        separator = ""
        yield "["
        while (row := await queue.get()) is not None:
            if isinstance(row, Exception):
                raise row
            yield separator + json.dumps(jsonable_encoder(row))
            separator = ","
        yield "]"
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
