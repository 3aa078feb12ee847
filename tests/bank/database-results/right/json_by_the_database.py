"""The database writes the JSON of each row, and Python adds only brackets and commas."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

OBJECT = func.json_object(
    *(part for column in results.c for part in (column.name, type_coerce(column, Text)))
)


async def objects(engine: AsyncEngine) -> AsyncIterator[str]:
    query = select(OBJECT).select_from(results).order_by(results.c.id)
    async with engine.connect() as connection:
        texts = await connection.stream_scalars(query.execution_options(yield_per=100))
        separator = "["
        async for text in texts:
            yield separator + text
            separator = ","
        yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(objects(engine), media_type="application/json")
