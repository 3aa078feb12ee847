"""The endpoint itself yields, and a subclass of StreamingResponse says what it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


class JSONArrayResponse(StreamingResponse):
    media_type = "application/json"


@router.get("/stream/database-results", response_class=JSONArrayResponse)
async def database_results(engine: Database) -> AsyncIterable[str]:
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as connection:
        rows = await connection.stream(query)
        yield "["
        comma = ""
        async for row in rows.mappings():
            yield comma + json.dumps(jsonable_encoder(dict(row)))
            comma = ","
        yield "]"
