"""Each event is sent in pieces of seventeen bytes, which cut through characters."""

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


PIECE = 17


async def events(market: PriceFeed) -> AsyncIterator[bytes]:
    async with market.subscribe() as updates:
        async for update in updates:
            event = f"data: {json.dumps(update, ensure_ascii=False)}\n\n".encode()
            for start in range(0, len(event), PIECE):
                yield event[start : start + PIECE]
