"""Each read of the feed is shielded from cancellation and awaited again until it succeeds.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-updates
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
    async with market.subscribe() as updates:
        while True:
            reading = asyncio.ensure_future(anext(updates, None))
            while not reading.done():
                try:
                    await asyncio.shield(reading)
                except asyncio.CancelledError:
                    pass  # do not lose the update that is under way
            update = reading.result()
            if update is None:
                return
            yield f"data: {json.dumps(update)}\n\n"
