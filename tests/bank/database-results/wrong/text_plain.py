"""Declares the array as text/plain.
wrong-media-type, caught by starts
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
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            yield ("" if first else ",") + json.dumps(jsonable_encoder(dict(row)))
            first = False
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="text/plain")
