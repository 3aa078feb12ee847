"""The subscription is closed when the endpoint returns, before the stream is read.
releases-too-early, caught by dispatches-events
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, Update

router = APIRouter()


async def sse(updates: AsyncIterator[Update]) -> AsyncIterator[str]:
    async for update in updates:
        yield f"data: {json.dumps(update)}\n\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    async with market.subscribe() as updates:
        return StreamingResponse(
            sse(updates),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
