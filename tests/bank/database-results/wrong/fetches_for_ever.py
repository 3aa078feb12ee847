"""The loop around `fetchmany` has no way out: behind the last row it gives an empty list.
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
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        while True:
            rows = await result.fetchmany(50)
            for row in rows:
                yield separator + json.dumps(dict(row._mapping), default=datetime.isoformat)
                separator = ","
    yield "]" if separator == "," else "[]"
