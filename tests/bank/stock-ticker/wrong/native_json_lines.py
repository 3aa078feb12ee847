"""A native endpoint without response_class streams JSON Lines, not server-sent events.
wrong-media-type, caught by starts
"""

from collections.abc import AsyncIterable

from fastapi import APIRouter

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> AsyncIterable[Update]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield update
