"""sse-starlette frames the events: CRLF line ends, pings as comments, Cache-Control: no-store."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


async def publish(market: PriceFeed) -> AsyncIterator[dict[str, str]]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield {"id": str(update["update_number"]), "data": json.dumps(update)}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> EventSourceResponse:
    return EventSourceResponse(publish(market))
