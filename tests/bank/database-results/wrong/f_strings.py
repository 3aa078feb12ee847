"""Writes each object with an f-string, which a quote or a None in a note breaks.
hand-made-json, caught by is-one-json-array
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


def to_json(row) -> str:
    return (
        f'{{"id": {row.id}, "name": "{row.name}", "category": "{row.category}", '
        f'"amount": {row.amount}, "note": "{row.note}", '
        f'"created_at": "{row.created_at.isoformat()}"}}'
    )


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    yield "["
    first = True
    async with engine.connect() as conn:
        async for row in await conn.stream(select(results).order_by(results.c.id)):
            yield to_json(row) if first else "," + to_json(row)
            first = False
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
