"""A Response subclass subscribes around the whole response and feeds an iterator class."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.prices import Market, PriceFeed, Update

router = APIRouter()


class Events:
    """Turns updates into events, one at a time."""

    def __init__(self, updates: AsyncIterator[Update]) -> None:
        self._updates = updates

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> str:
        update = await anext(self._updates)
        return f"data: {json.dumps(update)}\n\n"


class TickerResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, market: PriceFeed) -> None:
        super().__init__((), headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self._market = market

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._market.subscribe() as updates:
            self.body_iterator = Events(updates)
            await super().__call__(scope, receive, send)


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> TickerResponse:
    return TickerResponse(market)
