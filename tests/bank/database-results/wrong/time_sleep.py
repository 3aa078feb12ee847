"""Sleeps with time.sleep after each batch, to spare the database.
blocks-the-loop, caught by loop-stays-free
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
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
        async for batch in result.mappings().partitions(100):
            for row in batch:
                yield separator + json.dumps(jsonable_encoder(dict(row)))
                separator = ","
            time.sleep(0.01)
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
