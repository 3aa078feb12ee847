"""Sends JSON Lines under their own media type.
wrong-media-type, caught by starts
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


async def rows_as_ndjson(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            yield json.dumps(dict(row), default=str) + "\n"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(rows_as_ndjson(engine), media_type="application/x-ndjson")
