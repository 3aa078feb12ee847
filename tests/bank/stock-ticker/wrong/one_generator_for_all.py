"""A generator of the module serves all clients, and each gets what the others have left.
shares-one-stream, caught by serves-two-clients
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()
_stream: AsyncIterator[Update] | None = None


async def read_feed(market: PriceFeed) -> AsyncIterator[Update]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield update


def shared_stream(market: PriceFeed) -> AsyncIterator[Update]:
    global _stream
    if _stream is None:
        _stream = read_feed(market)
    return _stream


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async for update in shared_stream(market):
        yield f"data: {json.dumps(update)}\n\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        events(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
