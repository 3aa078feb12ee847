"""Iterates over partitions of a hundred rows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        count = 0
        yield "["
        async with engine.connect() as connection:
            result = await connection.stream(select(results).order_by(results.c.id))
            async for partition in result.mappings().partitions(100):
                chunk = []
                for row in partition:
                    chunk.append(("," if count else "") + json.dumps(jsonable_encoder(dict(row))))
                    count += 1
                yield "".join(chunk)
        yield "]"

    return StreamingResponse(body(), media_type="application/json")
