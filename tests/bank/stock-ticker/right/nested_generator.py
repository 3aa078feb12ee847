"""The generator is a closure inside the endpoint, as most tutorials write it."""

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
            "Cache-Control": "no-cache",
            "Connection": "keep-alive",
            "X-Accel-Buffering": "no",
        },
    )
