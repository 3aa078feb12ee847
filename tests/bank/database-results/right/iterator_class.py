"""An iterator class instead of a generator, and pydantic to write each row."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from typing import Self

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Receive, Scope, Send

from sources.database import Database, results

router = APIRouter()


class ResultRow(BaseModel):
    id: int
    name: str
    category: str
    amount: float
    note: str | None
    created_at: datetime


class JSONRows:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.stack = AsyncExitStack()
        self.rows = None
        self.count = 0
        self.done = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        if self.done:
            raise StopAsyncIteration
        if self.rows is None:
            connection = await self.stack.enter_async_context(self.engine.connect())
            result = await connection.stream(select(results).order_by(results.c.id))
            self.rows = aiter(result.mappings())
            return "["
        try:
            row = await anext(self.rows)
        except StopAsyncIteration:
            self.done = True
            return "]"
        self.count += 1
        return ("," if self.count > 1 else "") + ResultRow(**row).model_dump_json()

    async def aclose(self) -> None:
        await self.stack.aclose()


class ClosingResponse(StreamingResponse):
    """Closes what it iterates over, however the response ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.body_iterator.aclose()


@router.get("/stream/database-results")
async def database_results(engine: Database) -> StreamingResponse:
    return ClosingResponse(JSONRows(engine), media_type="application/json")
