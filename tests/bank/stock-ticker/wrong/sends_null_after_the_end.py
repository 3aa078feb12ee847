"""The end of the feed gives None, and None is sent as an update, for ever.
loops-for-ever, caught by loop-stays-free
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        events(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        while True:
            update = await anext(updates, None)
            yield f"data: {json.dumps(update)}\n\n"
