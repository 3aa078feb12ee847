"""The endpoint awaits every event and gives StreamingResponse an iterator over the list.
collects-then-yields, caught by lockstep
"""

import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market):
    async with market.subscribe() as updates:
        events = [f"data: {json.dumps(update)}\n\n" async for update in updates]

    return StreamingResponse(
        iter(events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
