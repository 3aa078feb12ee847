"""An update is sent when the next one comes, so that the last one can be told apart.
one-behind, caught by lockstep
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
    async with market.subscribe() as updates:
        previous = None
        async for update in updates:
            if previous is not None:
                yield f"data: {json.dumps(previous)}\n\n"
            previous = update
        if previous is not None:
            yield f"data: {json.dumps(previous)}\n\n"
