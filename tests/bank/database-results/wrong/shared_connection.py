"""Opens one connection for the whole module, on which every request waits for the others.
shares-one-stream, caught by serves-others-meanwhile
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sources.database import Database, results

router = APIRouter()

_connection: AsyncConnection | None = None


async def get_connection(engine: AsyncEngine) -> AsyncConnection:
    global _connection
    if _connection is None:
        _connection = await engine.connect()
    return _connection


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    conn = await get_connection(engine)
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with conn.stream(query) as result:
        separator = "["
        async for row in result.mappings():
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
        yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
