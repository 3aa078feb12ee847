"""Goes past SQLAlchemy to the driver's own connection and cursor."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database

router = APIRouter()

SQL = "SELECT id, name, category, amount, note, created_at FROM results ORDER BY id"


async def stream_rows(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as connection:
        pooled = await connection.get_raw_connection()
        driver = pooled.driver_connection
        async with driver.execute(SQL) as cursor:
            columns = [column[0] for column in cursor.description]
            yield "["
            first = True
            async for values in cursor:
                record = dict(zip(columns, values))
                record["created_at"] = record["created_at"].replace(" ", "T")
                yield ("" if first else ",") + json.dumps(record)
                first = False
            yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(stream_rows(engine), media_type="application/json")
