"""Events are written ten at a time, to save system calls.
sends-in-batches, caught by lockstep
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()

BATCH_SIZE = 10
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


async def price_events(market: PriceFeed) -> AsyncIterator[str]:
    batch: list[str] = []
    async with market.subscribe() as updates:
        async for update in updates:
            batch.append(f"data: {json.dumps(update)}\n\n")
            if len(batch) == BATCH_SIZE:
                yield "".join(batch)
                batch.clear()
    if batch:
        yield "".join(batch)
