"""Opens the connection and the query in the endpoint, where a query that fails leaves it open.
acquires-outside-the-stream, caught by a-query-that-fails-at-once-is-not-empty
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from sources.database import Database, results

router = APIRouter()


async def to_json(conn: AsyncConnection, result: AsyncResult) -> AsyncIterator[str]:
    try:
        separator = "["
        async for row in result.mappings():
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
        yield "]" if separator == "," else "[]"
    finally:
        await conn.close()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    conn = await engine.connect()
    result = await conn.stream(select(results).order_by(results.c.id))
    return StreamingResponse(to_json(conn, result), media_type="application/json")
