"""Sends the first row apart from the others, with a comma that stays when there are no others.
hand-made-json, caught by one-row-is-an-array-of-one
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


def dump(row) -> str:
    return json.dumps(jsonable_encoder(dict(row._mapping)))


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        first = await result.fetchone()
        if first is None:
            yield "[]"
            return
        yield f"[{dump(first)},"
        separator = ""
        async for row in result:
            yield separator + dump(row)
            separator = ","
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
