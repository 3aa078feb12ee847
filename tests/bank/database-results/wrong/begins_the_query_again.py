"""Tries a failed query again from its first row, although rows have been sent.
starts-over-on-failure, caught by a-failed-query-is-not-begun-again
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
    sep = "["
    for attempt in range(3):
        try:
            async with engine.connect() as connection:
                result = await connection.stream(select(results).order_by(results.c.id))
                async for row in result.mappings():
                    yield sep + obj(row)
                    sep = ","
            break
        except Exception:
            if attempt == 2:
                raise
    yield "]" if sep == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
