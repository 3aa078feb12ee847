"""The generator is made once, for the module: whoever comes second reads what the first one left.
shares-one-stream, caught by serves-others-meanwhile
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()
export: AsyncIterator[str] | None = None


async def rows(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        separator = "["
        async for row in result.mappings():
            yield separator + json.dumps(jsonable_encoder(dict(row)))
            separator = ","
    yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    global export
    if export is None:
        export = rows(engine)
    return StreamingResponse(export, media_type="application/json")
