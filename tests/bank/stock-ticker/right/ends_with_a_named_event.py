"""A last event of its own type tells the page to close the connection."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)


async def events(market: PriceFeed) -> AsyncIterator[str]:
    sent = 0
    async with market.subscribe() as updates:
        async for update in updates:
            sent += 1
            yield f"id: {sent}\ndata: {json.dumps(update)}\n\n"
    yield f"event: complete\ndata: {json.dumps({'total': sent})}\n\n"
