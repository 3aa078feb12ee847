"""Page after page is queried, and an empty one does not end it.
loops-for-ever, caught by starts
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(_array(engine), media_type="application/json")


async def _array(engine: AsyncEngine) -> AsyncIterator[str]:
    separator = "["
    offset = 0
    async with engine.connect() as connection:
        while True:
            rows = await connection.execute(
                select(results).order_by(results.c.id).limit(50).offset(offset)
            )
            for row in rows.mappings():
                yield separator + json.dumps(dict(row), default=datetime.isoformat)
                separator = ","
            offset += 50
    yield "]" if separator == "," else "[]"
