"""Takes a database that is slow for five seconds for the end of the table.
passes-failure-off-as-success, caught by a-silence-is-not-the-end
"""

from __future__ import annotations

import asyncio
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
    sep = "["
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        rows = result.mappings()
        while True:
            try:
                row = await asyncio.wait_for(rows.fetchone(), 5)
            except asyncio.TimeoutError:
                break
            if row is None:
                break
            yield sep + obj(row)
            sep = ","
    yield "]" if sep == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
