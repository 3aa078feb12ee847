"""Closes the array in a finally, so that half of the table is a valid document, too.
passes-failure-off-as-success, caught by a-failing-query-cuts-the-array-off
"""

from __future__ import annotations

import json
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


def obj(row) -> str:
    return json.dumps(dict(row), default=datetime.isoformat)


async def generate(engine):
    sep = ""
    yield "["
    try:
        async with engine.connect() as connection:
            result = await connection.stream(select(results).order_by(results.c.id))
            async for row in result.mappings():
                yield sep + obj(row)
                sep = ","
    finally:
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
