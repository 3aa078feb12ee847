"""The subscription is closed when the stream is cancelled, and forgotten when the feed ends.
never-releases, caught by leaves-nothing-behind
"""

from __future__ import annotations

import asyncio
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
    try:
        async for update in updates:
            yield f"data: {json.dumps(update)}\n\n"
    except (asyncio.CancelledError, GeneratorExit) as left:  # the client has gone
        await subscription.__aexit__(type(left), left, left.__traceback__)
        raise
