"""A native `yield` endpoint that yields from a list: the syntax streams, the code does not.
collects-then-yields, caught by lockstep
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()


async def load_updates(market: PriceFeed) -> list[Update]:
    updates: list[Update] = []
    async with market.subscribe() as feed:
        async for update in feed:
            updates.append(update)
    return updates


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterator[Update]:
    for update in await load_updates(market):
        yield update
