"""A bare ASGI callable that sends the messages itself and listens for the client's leaving."""

from __future__ import annotations

import json

import anyio
from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Receive, Scope, Send

from sources.database import Database, results

router = APIRouter()


class ResultsResponse(Response):
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.background = None
        self.status_code = 200
        self.init_headers({"content-type": "application/json"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self.listen, receive, group.cancel_scope)
            await self.send_rows(send)
            group.cancel_scope.cancel()

    async def listen(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def send_rows(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        query = select(results).order_by(results.c.id).execution_options(yield_per=100)
        prefix = b"["
        async with self.engine.connect() as connection:
            rows = await connection.stream(query)
            async for row in rows.mappings():
                body = prefix + json.dumps(jsonable_encoder(dict(row))).encode()
                await send({"type": "http.response.body", "body": body, "more_body": True})
                prefix = b","
        end = b"[]" if prefix == b"[" else b"]"
        await send({"type": "http.response.body", "body": end, "more_body": False})


@router.get("/stream/database-results")
async def database_results(engine: Database) -> Response:
    return ResultsResponse(engine)
