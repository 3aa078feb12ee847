"""Writes indented JSON with JSONEncoder.iterencode, piece by piece, with a charset parameter."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timezone

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


class RowEncoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, datetime):
            return o.replace(tzinfo=timezone.utc).isoformat()
        return super().default(o)


encoder = RowEncoder(indent=2, ensure_ascii=False)


async def pretty(engine: AsyncEngine) -> AsyncIterator[str]:
    yield "[\r\n"
    written = 0
    async with engine.connect() as conn:
        stmt = select(results).order_by(results.c.id)
        async with conn.stream(stmt.execution_options(yield_per=100)) as result:
            async for row in result:
                if written:
                    yield " ,\r\n"
                for piece in encoder.iterencode(row._asdict()):
                    yield piece
                written += 1
    yield "\r\n]\r\n"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Accel-Buffering": "no"}
    return StreamingResponse(pretty(engine), headers=headers)
