"""Encodes dates with default=str, which puts a space where ISO 8601 has a T."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def stream_json(engine: AsyncEngine) -> AsyncIterator[str]:
    stmt = select(results).order_by(results.c.id)
    async with engine.connect() as conn:
        result = await conn.stream(stmt, execution_options={"yield_per": 1})
        yield "["
        first = True
        async for row in result:
            if first:
                first = False
            else:
                yield ","
            yield json.dumps(dict(row._mapping), default=str)
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(stream_json(engine), media_type="application/json")
