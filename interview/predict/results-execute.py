from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(rows(engine), media_type="application/json")


async def rows(engine) -> AsyncIterator[str]:
    query = select(results.c.id, results.c.name).order_by(results.c.id)
    async with engine.connect() as connection:
        found = await connection.execute(query)
        separator = "["
        for row in found.mappings():
            yield separator + json.dumps(dict(row))
            separator = ","
    yield "]"
