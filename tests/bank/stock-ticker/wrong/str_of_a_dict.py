"""str() of a dictionary was taken for its JSON text.
repr-instead-of-json, caught by carries-json
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


async def price_events(market: PriceFeed) -> AsyncIterator[bytes]:
    async with market.subscribe() as updates:
        async for update in updates:
            message = {
                "timestamp": update["timestamp"],
                "stock": update["stock"],
                "price": update["price"],
                "change": update["change"],
                "update_number": update["update_number"],
            }
            yield b"data: " + str(message).encode("utf-8") + b"\n\n"
