"""Sends a line break, which JSON allows between values, when the database is silent for long."""

from __future__ import annotations

import asyncio
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

SILENCE = 15  # seconds


async def read(engine: AsyncEngine, queue: asyncio.Queue[dict[str, Any]]) -> None:
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as connection:
        async for row in (await connection.stream(query)).mappings():
            await queue.put(dict(row))


async def write(engine: AsyncEngine) -> AsyncIterator[str]:
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=10)
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(read(engine, queue))
        waiting = group.create_task(queue.get())
        separator = "["
        while not (reader.done() and queue.empty() and not waiting.done()):
            await asyncio.wait(
                {waiting, reader} if not reader.done() else {waiting},
                timeout=SILENCE,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if waiting.done():
                yield separator + json.dumps(jsonable_encoder(waiting.result()))
                separator = ","
                waiting = group.create_task(queue.get())
            elif not reader.done():
                yield "\n"
        waiting.cancel()
    yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(write(engine), media_type="application/json")
