"""Sends one object a line, which is JSON Lines and not a JSON array.
hand-made-json, caught by is-one-json-array
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
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as conn:
        result = await conn.stream(query)
        async for row in result.mappings():
            yield json.dumps(jsonable_encoder(dict(row))) + "\n"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
