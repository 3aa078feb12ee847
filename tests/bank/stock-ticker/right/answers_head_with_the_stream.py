"""HEAD is answered by the endpoint itself, so that it subscribes and waits for updates."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield f"data: {json.dumps(update)}\n\n"


@router.api_route("/stream/stock-ticker", methods=["GET", "HEAD"])
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        events(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
