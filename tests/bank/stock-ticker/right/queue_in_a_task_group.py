"""A Response subclass runs the producer in an asyncio.TaskGroup around itself, with a queue of ten."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.prices import Market, PriceFeed

router = APIRouter()


class TickerResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, market: PriceFeed) -> None:
        self.market = market
        self.queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=10)
        super().__init__(
            self.from_queue(),
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )

    async def from_queue(self) -> AsyncIterator[str]:
        while (event := await self.queue.get()) is not None:
            yield event

    async def to_queue(self) -> None:
        async with self.market.subscribe() as updates:
            async for update in updates:
                await self.queue.put(f"data: {json.dumps(update)}\n\n")
        await self.queue.put(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with asyncio.TaskGroup() as tasks:
            producer = tasks.create_task(self.to_queue())
            await super().__call__(scope, receive, send)
            producer.cancel()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> TickerResponse:
    return TickerResponse(market)
