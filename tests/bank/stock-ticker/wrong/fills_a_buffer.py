"""Events are held back until two kilobytes have come together.
sends-in-batches, caught by lockstep
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()

CHUNK_SIZE = 2048
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


async def price_events(market: PriceFeed) -> AsyncIterator[bytes]:
    buffer = bytearray()
    async with market.subscribe() as updates:
        async for update in updates:
            buffer += f"data: {json.dumps(update)}\n\n".encode()
            if len(buffer) >= CHUNK_SIZE:
                yield bytes(buffer)
                buffer.clear()
    yield bytes(buffer)
