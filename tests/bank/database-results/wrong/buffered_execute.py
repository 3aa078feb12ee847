"""Iterates over the result of execute, which the driver has read to its end by then.
collects-then-yields, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(stream_rows(engine), media_type="application/json")


async def stream_rows(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as connection:
        cursor = await connection.execute(select(results).order_by(results.c.id))
        separator = "["
        for row in cursor.mappings():
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
    yield "]" if separator == "," else "[]"
