"""Whatever ends the feed, cancellation included, makes the generator subscribe again.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-updates
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
    while True:
        try:
            async with market.subscribe() as updates:
                async for update in updates:
                    yield f"data: {json.dumps(update)}\n\n"
            return
        except BaseException:
            logger.warning("the feed was interrupted, subscribing again")
            continue
