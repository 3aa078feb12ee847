"""The connection comes from a dependency with yield, which FastAPI closes after the response."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from sources.database import Database, results

router = APIRouter()


async def get_connection(engine: Database) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield connection


Connection = Annotated[AsyncConnection, Depends(get_connection)]


@router.get("/stream/database-results")
async def database_results(connection: Connection) -> StreamingResponse:
    return StreamingResponse(array_of_rows(connection), media_type="application/json")


async def array_of_rows(connection: AsyncConnection) -> AsyncIterator[str]:
    query = select(results).order_by(results.c.id).execution_options(yield_per=100)
    result = await connection.stream(query)
    yield "["
    number = 0
    async for row in result.mappings():
        if number:
            yield ","
        yield json.dumps(jsonable_encoder(dict(row)))
        number += 1
    yield "]"
