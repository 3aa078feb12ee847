"""Closes the result and the connection by hand in a finally, shielded from the cancellation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


async def generate(engine: AsyncEngine) -> AsyncIterator[str]:
    connection = await engine.connect()
    try:
        result = await connection.stream(select(results).order_by(results.c.id))
        keys = list(result.keys())
        yield "["
        first = True
        while (row := await result.fetchone()) is not None:
            text = json.dumps(jsonable_encoder(dict(zip(keys, row))))
            yield text if first else "," + text
            first = False
        yield "]"
    finally:
        await asyncio.shield(connection.close())


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(generate(engine), media_type="application/json")
