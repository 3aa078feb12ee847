"""The generator keeps all updates in a list, to log how many there were.
keeps-what-it-sent, caught by memory-does-not-grow
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()

logger = logging.getLogger(__name__)

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


async def price_events(market: PriceFeed) -> AsyncIterator[str]:
    sent = []
    try:
        async with market.subscribe() as updates:
            async for update in updates:
                sent.append(update)
                yield f"data: {json.dumps(update)}\n\n"
    finally:
        logger.info("sent %d updates", len(sent))
