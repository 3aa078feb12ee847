"""Pages with LIMIT and OFFSET, a connection a page."""

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

PAGE_SIZE = 600


async def generate_json(engine: AsyncEngine) -> AsyncIterator[str]:
    offset = 0
    yield "["
    while True:
        stmt = select(results).order_by(results.c.id).limit(PAGE_SIZE).offset(offset)
        async with engine.connect() as conn:
            rows = (await conn.execute(stmt)).mappings().fetchall()
        for i, row in enumerate(rows):
            separator = "," if offset or i else ""
            yield separator + json.dumps(jsonable_encoder(dict(row)))
        if len(rows) < PAGE_SIZE:
            break
        offset += PAGE_SIZE
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate_json(engine), media_type="application/json")
