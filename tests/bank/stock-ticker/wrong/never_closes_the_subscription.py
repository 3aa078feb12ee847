"""The endpoint enters the subscription by hand, and nobody ever leaves it.
acquires-outside-the-stream, caught by leaves-nothing-behind
"""

import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market):
    updates = await market.subscribe().__aenter__()

    async def generate():
        async for update in updates:
            yield f"data: {json.dumps(update)}\n\n"

    return StreamingResponse(
        generate(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
