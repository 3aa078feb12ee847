"""Cache-Control lets caches keep a live stream for an hour.
missing-header, caught by is-not-cached
"""

import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market):
    async def event_generator():
        async with market.subscribe() as updates:
            async for update in updates:
                yield f"data: {json.dumps(update)}\n\n"

    return StreamingResponse(
        event_generator(),
        media_type="text/event-stream",
        headers={
            "Cache-Control": "public, max-age=3600",
            "Connection": "keep-alive",
            "X-Accel-Buffering": "no",
        },
    )
