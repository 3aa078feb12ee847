"""A response class of its own encodes whatever asynchronous iterable of rows it is given."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.database import Database, results

router = APIRouter()


class JSONStreamingResponse(StreamingResponse):
    """Renders an asynchronous iterable as one JSON array."""

    media_type = "application/json"

    def __init__(self, content: AsyncIterable[Any], **kwargs: Any) -> None:
        super().__init__(self.render_items(content), **kwargs)

    async def render_items(self, items: AsyncIterable[Any]) -> AsyncIterator[bytes]:
        opened = False
        async for item in items:
            yield b"," if opened else b"["
            opened = True
            yield json.dumps(jsonable_encoder(item), separators=(",", ":")).encode()
        yield b"]" if opened else b"[]"


async def all_rows(engine: AsyncEngine) -> AsyncIterator[dict[str, Any]]:
    async with engine.connect() as conn:
        result = await conn.stream(select(results).order_by(results.c.id))
        async for row in result.mappings():
            yield dict(row)


@router.get("/stream/database-results")
async def database_results(engine: Database) -> JSONStreamingResponse:
    return JSONStreamingResponse(all_rows(engine))
