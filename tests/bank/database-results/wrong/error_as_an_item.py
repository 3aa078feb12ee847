"""Adds a failure to the array as one more object, and closes the array after it.
passes-failure-off-as-success, caught by a-failing-query-cuts-the-array-off
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
    yield "["
    first = True
    try:
        async with engine.connect() as conn:
            result = await conn.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                yield ("" if first else ",") + json.dumps(jsonable_encoder(dict(row)))
                first = False
    except Exception as error:
        item = json.dumps({"error": str(error)})
        yield item if first else "," + item
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
