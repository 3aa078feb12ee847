"""Takes the row with the id 1 for the first one, and leaves the comma out there.
hand-made-json, caught by is-one-json-array
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
    yield "["
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            if row["id"] > 1:
                yield ","
            yield obj(row)
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
