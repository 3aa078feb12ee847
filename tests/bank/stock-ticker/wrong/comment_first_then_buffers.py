"""A comment opens the stream at once, and the updates are collected behind it.
buffers-after-the-head, caught by lockstep
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

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
    yield ": connected\n\n"
    updates = []
    async with market.subscribe() as feed:
        async for update in feed:
            updates.append(update)
    for update in updates:
        yield f"data: {json.dumps(update)}\n\n"
