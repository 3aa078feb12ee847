"""The flag that says whether a comma is due is at module level, for all requests.
keeps-it-between-requests, caught by serves-others-meanwhile
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


first = True


async def generate(engine):
    global first
    yield "["
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            if not first:
                yield ","
            first = False
            yield obj(row)
    first = True
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
