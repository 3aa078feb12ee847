"""The reconnection time goes out first, and all the events in one piece at the end.
buffers-after-the-head, caught by lockstep
"""

from __future__ import annotations

import io
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
    yield "retry: 3000\n\n"
    buffer = io.StringIO()
    async with market.subscribe() as updates:
        async for update in updates:
            buffer.write(f"data: {json.dumps(update)}\n\n")
    yield buffer.getvalue()
