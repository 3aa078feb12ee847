"""Calls fetchmany in a loop, and sends one chunk for each batch."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

BATCH_SIZE = 100


def encode(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot encode {type(value).__name__}")


async def stream_results(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as conn:
        cursor = await conn.stream(select(results).order_by(results.c.id))
        yield "["
        is_first = True
        while batch := await cursor.fetchmany(BATCH_SIZE):
            body = ",".join(json.dumps(dict(row._mapping), default=encode) for row in batch)
            yield body if is_first else "," + body
            is_first = False
        yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(stream_results(engine), media_type="application/json")
