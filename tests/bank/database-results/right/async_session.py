"""Streams from an AsyncSession, although no class is mapped."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(rows_as_json(engine), media_type="application/json")


async def rows_as_json(engine: AsyncEngine) -> AsyncGenerator[str, None]:
    async with AsyncSession(engine) as session:
        result = await session.stream(
            select(results).order_by(results.c.id).execution_options(yield_per=200)
        )
        yield "[\n"
        prefix = "  "
        async for row in result:
            yield prefix + json.dumps(jsonable_encoder(row._asdict()))
            prefix = ",\n  "
        yield "\n]\n"
