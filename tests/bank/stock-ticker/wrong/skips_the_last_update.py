"""The look-ahead is not emptied at the end, and the last update is lost.
takes-a-part-for-the-whole, caught by sends-everything-once
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
    pending = None
    async with market.subscribe() as updates:
        async for update in updates:
            if pending is not None:
                yield f"data: {json.dumps(pending)}\n\n"
            pending = update
