"""Asks for ids above the last one plus one, and so loses a row at each turn of the page.
takes-a-part-for-the-whole, caught by sends-a-large-table-whole
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

PAGE_SIZE = 100


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    next_id = 0
    separator = ""
    yield "["
    while True:
        query = select(results).where(results.c.id > next_id).order_by(results.c.id)
        async with engine.connect() as conn:
            rows = (await conn.execute(query.limit(PAGE_SIZE))).mappings().all()
        for row in rows:
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
        if len(rows) < PAGE_SIZE:
            break
        next_id = rows[-1]["id"] + 1
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
