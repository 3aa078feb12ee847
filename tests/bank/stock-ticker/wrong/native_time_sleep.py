"""A native endpoint sleeps on the event loop's thread between two updates.
blocks-the-loop, caught by loop-stays-free
"""

from collections.abc import AsyncIterable
from time import sleep

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[Update]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield update
            sleep(0.1)  # not too fast
