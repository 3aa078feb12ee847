"""A task reads the feed into a queue without a limit, however slowly the client reads.
runs-ahead, caught by a-stalled-client-stops-the-feed
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
    queue: asyncio.Queue[Update | None] = asyncio.Queue()

    async def produce() -> None:
        try:
            async with market.subscribe() as updates:
                async for update in updates:
                    await queue.put(update)
        finally:
            queue.put_nowait(None)

    producer = asyncio.create_task(produce())
    try:
        while (update := await queue.get()) is not None:
            yield f"data: {json.dumps(update)}\n\n"
    finally:
        producer.cancel()
