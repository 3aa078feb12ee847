"""A queue.Queue made for threads is read on the event loop, which the producer needs too.
blocks-the-loop, caught by loop-stays-free
"""

from __future__ import annotations

import asyncio
import json
import queue
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
    updates: queue.Queue[Update | None] = queue.Queue(maxsize=10)
    producer = asyncio.create_task(produce(market, updates))
    try:
        while (update := updates.get()) is not None:
            yield f"data: {json.dumps(update)}\n\n"
    finally:
        producer.cancel()


async def produce(market: PriceFeed, queue: queue.Queue[Update | None]) -> None:
    async with market.subscribe() as updates:
        async for update in updates:
            queue.put(update)
    queue.put(None)
