"""ensure_ascii=False: U+2028, NEL and emoji travel as they are, in UTF-8."""

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


async def events(market: PriceFeed) -> AsyncIterator[bytes]:
    async with market.subscribe() as updates:
        async for update in updates:
            payload = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
            yield f"data: {payload}\n\n".encode("utf-8")
