"""Nobody tells the reader of the queue that the feed has ended, so the response never ends.
never-ends, caught by sends-everything-once
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
    queue: asyncio.Queue[Update] = asyncio.Queue(maxsize=10)

    async def produce() -> None:
        async with market.subscribe() as updates:
            async for update in updates:
                await queue.put(update)

    producer = asyncio.create_task(produce())
    try:
        while True:
            update = await queue.get()
            yield f"data: {json.dumps(update)}\n\n"
    finally:
        producer.cancel()
