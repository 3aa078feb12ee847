"""The generator enters the subscription by hand and leaves it only when the feed has ended.
never-releases, caught by ends-when-the-client-leaves-between-updates
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
    subscription = market.subscribe()
    updates = await subscription.__aenter__()
    async for update in updates:
        yield f"data: {json.dumps(update)}\n\n"
    await subscription.__aexit__(None, None, None)
