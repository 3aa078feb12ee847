"""Adds a LIMIT of the thousand rows that the table has today.
takes-a-part-for-the-whole, caught by sends-a-large-table-whole
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

MAX_ROWS = 1000


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    query = select(results).order_by(results.c.id).limit(MAX_ROWS)
    yield "["
    first = True
    async with engine.connect() as conn:
        result = await conn.stream(query.execution_options(yield_per=100))
        async for row in result.mappings():
            if not first:
                yield ","
            yield json.dumps(jsonable_encoder(dict(row)))
            first = False
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
