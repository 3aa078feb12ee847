"""Pages by key, a connection a page, so that no connection is held while the client is slow."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()

PAGE = 100


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return StreamingResponse(json_array(engine), media_type="application/json")


async def json_array(engine: AsyncEngine) -> AsyncIterator[str]:
    last_id: Any = None
    yield "["
    while page := await fetch_page(engine, last_id):
        text = ",".join(json.dumps(jsonable_encoder(dict(row))) for row in page)
        yield text if last_id is None else f",{text}"
        last_id = page[-1]["id"]
    yield "]"


async def fetch_page(engine: AsyncEngine, last_id: int | None) -> Sequence[RowMapping]:
    query = select(results).order_by(results.c.id).limit(PAGE)
    if last_id is not None:
        query = query.where(results.c.id > last_id)
    async with engine.connect() as connection:
        return (await connection.execute(query)).mappings().all()
