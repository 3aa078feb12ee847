"""A task feeds a bounded queue, and nobody cancels it when the client has gone.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-updates
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


async def price_events(market: PriceFeed) -> AsyncIterator[str]:
    queue: asyncio.Queue[Update | None] = asyncio.Queue(maxsize=10)
    asyncio.create_task(produce(market, queue))
    while (update := await queue.get()) is not None:
        yield f"data: {json.dumps(update)}\n\n"


async def produce(market: PriceFeed, queue: asyncio.Queue[Update | None]) -> None:
    async with market.subscribe() as updates:
        async for update in updates:
            await queue.put(update)
    await queue.put(None)
