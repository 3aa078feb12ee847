"""Closes the connection after the last row, but not in a finally.
never-releases, caught by a-failing-query-cuts-the-array-off
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from sources.database import Database, results

router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    session = AsyncSession(engine)
    result = await session.stream(select(results).order_by(results.c.id))
    yield "["
    separator = ""
    async for row in result.mappings():
        yield separator + json.dumps(jsonable_encoder(dict(row)))
        separator = ","
    yield "]"
    await result.close()
    await session.close()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
