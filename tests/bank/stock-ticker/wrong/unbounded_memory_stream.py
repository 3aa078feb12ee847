"""The memory object stream between the feed and the client has no bound.
runs-ahead, caught by a-stalled-client-stops-the-feed
"""

import json
import math

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.prices import Market, PriceFeed

router = APIRouter()


class TickerResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, market: PriceFeed) -> None:
        self.market = market
        super().__init__([], headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writer, reader = anyio.create_memory_object_stream[str](math.inf)
        self.body_iterator = reader
        async with anyio.create_task_group() as tasks, reader:
            tasks.start_soon(pump, self.market, writer)
            await super().__call__(scope, receive, send)
            tasks.cancel_scope.cancel()


async def pump(market: PriceFeed, writer: MemoryObjectSendStream[str]) -> None:
    async with writer, market.subscribe() as updates:
        async for update in updates:
            await writer.send(f"data: {json.dumps(update)}\n\n")


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> TickerResponse:
    return TickerResponse(market)
