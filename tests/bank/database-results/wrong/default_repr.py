"""Encodes dates with default=repr, so that they arrive as datetime.datetime(...).
repr-instead-of-json, caught by sends-every-row-once
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    separator = ""
    yield "["
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            yield separator + json.dumps(dict(row), default=repr)
            separator = ","
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
