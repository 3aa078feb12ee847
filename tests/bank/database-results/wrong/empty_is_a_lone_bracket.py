"""Opens the array with the first row, so that an empty table gives a closing bracket alone.
hand-made-json, caught by an-empty-table-is-an-empty-array
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
    return StreamingResponse(_array(engine), media_type="application/json")


async def _array(engine: AsyncEngine) -> AsyncIterator[str]:
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as connection:
        rows = await connection.stream(query)
        prefix = "["
        async for row in rows.mappings():
            yield prefix + json.dumps(jsonable_encoder(dict(row)))
            prefix = ","
    yield "]"
