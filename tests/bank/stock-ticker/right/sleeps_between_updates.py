"""It sleeps after each update, although the feed sets the pace."""

import asyncio
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
            await asyncio.sleep(0.1)


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        events(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
