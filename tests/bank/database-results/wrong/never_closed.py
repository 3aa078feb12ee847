"""Takes a connection from the pool and never gives it back.
never-releases, caught by leaves-nothing-behind
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
    conn = await engine.connect()
    result = await conn.stream(select(results).order_by(results.c.id))
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
    return StreamingResponse(generate(engine), media_type="application/json")
