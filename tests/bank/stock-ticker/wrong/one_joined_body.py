"""The events are joined into one string, and the response is sent when it is whole.
collects-then-yields, caught by lockstep
"""

import json

from fastapi import APIRouter, Response

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> Response:
    body = ""
    async with market.subscribe() as updates:
        async for update in updates:
            body += f"data: {json.dumps(update)}\n\n"
    return Response(
        content=body,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
