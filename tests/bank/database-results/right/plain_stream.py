"""Streams with SQLAlchemy's own buffer of rows, which grows to a thousand: no yield_per."""

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


async def generate(engine: AsyncEngine) -> AsyncIterator[bytes]:
    yield b"["
    first = True
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            if not first:
                yield b","
            first = False
            yield json.dumps(jsonable_encoder(dict(row)), ensure_ascii=False).encode("utf-8")
    yield b"]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
