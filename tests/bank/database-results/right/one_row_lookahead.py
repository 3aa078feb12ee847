"""Looks one row ahead to know whether a comma follows."""

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


async def rows_to_json(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        stmt = select(results).order_by(results.c.id).execution_options(yield_per=50)
        rows = (await conn.stream(stmt)).mappings()
        yield "["
        current = await anext(aiter(rows), None)
        while current is not None:
            following = await anext(aiter(rows), None)
            text = json.dumps(jsonable_encoder(dict(current)))
            yield text + (",\n" if following is not None else "\n")
            current = following
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(rows_to_json(engine), media_type="application/json")
