"""One task fills one queue for the whole application, and the clients take turns at it.
shares-one-stream, caught by serves-two-clients
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()


class Broadcaster:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[Update | None] = asyncio.Queue(maxsize=10)
        self.task: asyncio.Task[None] | None = None

    def start(self, market: PriceFeed) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run(market))

    async def run(self, market: PriceFeed) -> None:
        async with market.subscribe() as updates:
            async for update in updates:
                await self.queue.put(update)
        await self.queue.put(None)


broadcaster = Broadcaster()


async def events() -> AsyncIterator[str]:
    while (update := await broadcaster.queue.get()) is not None:
        yield f"data: {json.dumps(update)}\n\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    broadcaster.start(market)
    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
