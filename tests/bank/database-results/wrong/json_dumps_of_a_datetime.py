"""The times of a record are datetimes, which json.dumps does not know.
hands-json-what-it-does-not-know, caught by is-one-json-array
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

BATCH = 100  # rows that the driver fetches at a time; no more than these are in memory


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(_array(engine), media_type="application/json")


async def _array(engine: AsyncEngine) -> AsyncIterator[str]:
    query = select(results).order_by(results.c.id).execution_options(yield_per=BATCH)
    # The block returns the connection to the pool when this generator is cancelled, too:
    # SQLAlchemy shields the return, which a finally of our own would have to do itself.
    async with engine.connect() as connection:
        rows = await connection.stream(query)
        separator = "["
        async for row in rows.mappings():
            yield separator + json.dumps(dict(row))
            separator = ","
    yield "]" if separator == "," else "[]"
