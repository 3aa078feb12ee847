"""An anyio memory object stream between the reading and the writing of rows."""

from __future__ import annotations

import json
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Receive, Scope, Send

from sources.database import Database, results

router = APIRouter()


async def read_rows(engine: AsyncEngine, rows: MemoryObjectSendStream[dict[str, Any]]) -> None:
    async with rows, engine.connect() as connection:
        query = select(results).order_by(results.c.id).execution_options(yield_per=100)
        result = await connection.stream(query)
        async for row in result.mappings():
            await rows.send(dict(row))


async def write_array(rows: MemoryObjectReceiveStream[dict[str, Any]]):
    async with rows:
        yield "["
        separator = ""
        async for row in rows:
            yield separator + json.dumps(jsonable_encoder(row))
            separator = ","


class PipedResponse(StreamingResponse):
    """Runs the reader beside the response. Only if both end well does the array end."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        super().__init__(self.generate(), media_type="application/json")

    async def generate(self):
        async for piece in write_array(self.rows):
            yield piece
        await self.reader_done.wait()
        if self.failure is not None:
            raise self.failure
        yield "]"

    async def run_reader(self, send: MemoryObjectSendStream[dict[str, Any]]) -> None:
        try:
            await read_rows(self.engine, send)
        except Exception as error:
            self.failure = error
        finally:
            self.reader_done.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sender, self.rows = anyio.create_memory_object_stream[dict[str, Any]](50)
        self.reader_done = anyio.Event()
        self.failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self.run_reader, sender)
            await super().__call__(scope, receive, send)
            group.cancel_scope.cancel()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return PipedResponse(engine)
