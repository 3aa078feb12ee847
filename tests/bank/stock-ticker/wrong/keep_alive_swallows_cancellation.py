"""The keep-alive catches CancelledError beside the timeout, and the loop carries on.
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
    producer = asyncio.create_task(produce(market, queue))
    try:
        while True:
            try:
                update = await asyncio.wait_for(queue.get(), timeout=15)
            except (TimeoutError, asyncio.CancelledError):
                yield ": keep-alive\n\n"
                continue
            if update is None:
                break
            yield f"data: {json.dumps(update)}\n\n"
    finally:
        producer.cancel()


async def produce(market: PriceFeed, queue: asyncio.Queue[Update | None]) -> None:
    try:
        async with market.subscribe() as updates:
            async for update in updates:
                await queue.put(update)
    finally:
        await queue.put(None)
