"""fastapi.sse's response is returned by hand, which leaves out the headers that `yield` adds.
missing-header, caught by is-not-cached
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield f"data: {json.dumps(update)}\n\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> EventSourceResponse:
    return EventSourceResponse(events(market))
