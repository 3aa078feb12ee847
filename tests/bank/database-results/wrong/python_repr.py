"""Sends str(dict(row)), which is Python and not JSON.
repr-instead-of-json, caught by is-one-json-array
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    first = True
    yield "["
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            if not first:
                yield ","
            first = False
            yield str(dict(row))
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
