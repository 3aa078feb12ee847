from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream")


async def events(market: PriceFeed) -> AsyncIterator[str]:
    held = None
    async with market.subscribe() as updates:
        async for update in updates:
            if held is not None:
                yield f"data: {json.dumps(held)}\n\n"
            held = update
    yield f"data: {json.dumps({'last': True, **held})}\n\n" if held else ""
