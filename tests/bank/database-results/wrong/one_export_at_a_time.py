"""A lock lets one export in at a time, for as long as its client takes.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from sources.database import Database, results

router = APIRouter()


def obj(row) -> str:
    return json.dumps(dict(row), default=datetime.isoformat)


lock = asyncio.Lock()


async def generate(engine):
    sep = "["
    async with lock, engine.connect() as connection:
        result = await connection.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            yield sep + obj(row)
            sep = ","
    yield "]" if sep == "," else "[]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
