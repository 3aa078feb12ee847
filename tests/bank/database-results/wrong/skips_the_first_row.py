"""Fetches a row to learn the columns, and goes on with the second one.
takes-a-part-for-the-whole, caught by sends-every-row-once
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
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        head = await result.fetchone()
        if head is None:
            yield "[]"
            return
        columns = list(head._fields)
        separator = "["
        async for row in result:
            yield separator + json.dumps(jsonable_encoder(dict(zip(columns, row))))
            separator = ","
        yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
