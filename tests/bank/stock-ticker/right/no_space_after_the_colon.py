"""No space after the colons, with comments, ids, a retry time and an explicit type."""

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
    yield "retry:2000\n\n"
    async with market.subscribe() as updates:
        async for update in updates:
            yield (
                f":update {update['update_number']}\n"
                f"id:{update['update_number']}\n"
                "event:message\n"
                ":the price\n"
                f"data:{json.dumps(update, separators=(',', ':'))}\n\n"
            )
