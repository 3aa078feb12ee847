"""A Response that speaks ASGI itself, and watches for the client's leaving in a task of its own."""

import json

import anyio
from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from sources.prices import Market, PriceFeed

router = APIRouter()


class TickerResponse(Response):
    def __init__(self, market: PriceFeed) -> None:
        self.market = market
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, receive, tasks.cancel_scope)
            await self._send_events(send)
            tasks.cancel_scope.cancel()

    async def _watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def _send_events(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                ],
            }
        )
        async with self.market.subscribe() as updates:
            async for update in updates:
                body = f"data: {json.dumps(update)}\n\n".encode()
                await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> Response:
    return TickerResponse(market)
