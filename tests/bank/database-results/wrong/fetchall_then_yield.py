"""Fetches all rows, and only then yields row by row from the list.
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


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        rows = await result.mappings().all()
    yield "["
    for i, row in enumerate(rows):
        if i > 0:
            yield ","
        yield json.dumps(jsonable_encoder(dict(row)))
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
