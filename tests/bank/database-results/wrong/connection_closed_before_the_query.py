"""Hands a connection to the generator that async with has closed when the endpoint returns.
releases-too-early, caught by is-one-json-array
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from sources.database import Database, results

router = APIRouter()


async def generate(conn: AsyncConnection) -> AsyncIterator[str]:
    result = await conn.stream(select(results).order_by(results.c.id))
    separator = "["
    async for row in result.mappings():
        yield separator + json.dumps(jsonable_encoder(dict(row)))
        separator = ","
    yield "]" if separator == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    async with engine.connect() as conn:
        return StreamingResponse(generate(conn), media_type="application/json")
