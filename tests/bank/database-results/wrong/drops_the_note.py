"""Writes the columns out by hand, and forgets the note.
takes-a-part-for-the-whole, caught by sends-every-row-once
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    yield "["
    first = True
    async with engine.connect() as conn:
        async for row in await conn.stream(select(results).order_by(results.c.id)):
            record = {
                "id": row.id,
                "name": row.name,
                "category": row.category,
                "amount": row.amount,
                "created_at": row.created_at.isoformat(),
            }
            yield ("" if first else ",") + json.dumps(record)
            first = False
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
