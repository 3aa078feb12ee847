"""Opens the query in the endpoint and closes it in a background task, which an error skips.
acquires-outside-the-stream, caught by a-failing-query-cuts-the-array-off
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncResult
from starlette.background import BackgroundTask

from sources.database import Database, results

router = APIRouter()


async def to_json(result: AsyncResult) -> AsyncIterator[str]:
    yield "["
    first = True
    async for row in result.mappings():
        if not first:
            yield ","
        yield json.dumps(jsonable_encoder(dict(row)))
        first = False
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    conn = await engine.connect()
    result = await conn.stream(select(results).order_by(results.c.id))
    return StreamingResponse(
        to_json(result), media_type="application/json", background=BackgroundTask(conn.close)
    )
