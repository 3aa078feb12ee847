"""A task reads on to the last row after the client has left, and throws the rows away.
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


class Export:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.queue: asyncio.Queue = asyncio.Queue(maxsize=100)
        self.abandoned = False

    async def run(self) -> None:
        query = select(results).order_by(results.c.id).execution_options(yield_per=100)
        try:
            async with self.engine.connect() as conn:
                async for row in (await conn.stream(query)).mappings():
                    if not self.abandoned:
                        await self.queue.put(dict(row))
            end = None
        except Exception as error:
            end = error
        if not self.abandoned:
            await self.queue.put(end)

    def abandon(self) -> None:
        self.abandoned = True
        while not self.queue.empty():
            self.queue.get_nowait()

    async def lines(self) -> AsyncIterator[str]:
        task = asyncio.create_task(self.run())
        try:
            yield "["
            first = True
            while (item := await self.queue.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield ("" if first else ",") + json.dumps(jsonable_encoder(item))
                first = False
            yield "]"
            await task
        finally:
            self.abandon()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(Export(engine).lines(), media_type="application/json")
