"""Keeps every chunk that it has sent, to log the size of the export at the end.
keeps-what-it-sent, caught by memory-does-not-grow
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

logger = logging.getLogger(__name__)
router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    sent: list[str] = []
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    async with engine.connect() as conn:
        result = await conn.stream(query)
        yield "["
        async for row in result.mappings():
            item = json.dumps(jsonable_encoder(dict(row)))
            yield f",{item}" if sent else item
            sent.append(item)
        yield "]"
    logger.info("exported %d rows, %d characters", len(sent), sum(map(len, sent)))


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
