"""Turns every value into text, so that a missing note arrives as "None".
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

NUMBERS = {"id", "amount"}


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        yield "["
        first = True
        async for row in result.mappings():
            item = {key: value if key in NUMBERS else str(value) for key, value in row.items()}
            yield json.dumps(item) if first else "," + json.dumps(item)
            first = False
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
