"""A task reads rows into a bounded queue, and the generator cancels it when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

DONE = object()


async def produce(engine: AsyncEngine, queue: asyncio.Queue[Any]) -> None:
    try:
        async with engine.connect() as conn:
            result = await conn.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                await queue.put(dict(row))
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(DONE)


async def consume(engine: AsyncEngine) -> AsyncIterator[str]:
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize=100)
    task = asyncio.create_task(produce(engine, queue))
    try:
        yield "["
        first = True
        while (item := await queue.get()) is not DONE:
            if isinstance(item, Exception):
                raise item
            yield ("" if first else ",") + json.dumps(jsonable_encoder(item))
            first = False
        yield "]"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(consume(engine), media_type="application/json")
