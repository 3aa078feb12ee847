"""Pages of ten rows, all of them on one connection."""

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


async def pages(engine: AsyncEngine) -> AsyncIterator[list[dict]]:
    last = -1
    async with engine.connect() as conn:
        while True:
            query = select(results).where(results.c.id > last).order_by(results.c.id).limit(10)
            rows = [dict(row) for row in (await conn.execute(query)).mappings()]
            if not rows:
                return
            yield rows
            last = rows[-1]["id"]


async def body(engine: AsyncEngine) -> AsyncIterator[str]:
    sep = "["
    async for page in pages(engine):
        for row in page:
            yield sep + json.dumps(jsonable_encoder(row))
            sep = ", "
    yield "[]" if sep == "[" else "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(body(engine), media_type="application/json")
