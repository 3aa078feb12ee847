"""Logs an error of the database, and closes the array as if it were whole.
passes-failure-off-as-success, caught by a-failing-query-cuts-the-array-off
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

logger = logging.getLogger(__name__)
router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    yield "["
    first = True
    try:
        async with engine.connect() as conn:
            result = await conn.stream(
                select(results).order_by(results.c.id), execution_options={"yield_per": 100}
            )
            async for row in result.mappings():
                if not first:
                    yield ","
                yield json.dumps(jsonable_encoder(dict(row)))
                first = False
    except SQLAlchemyError:
        logger.exception("error while streaming results")
    yield "]"


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
