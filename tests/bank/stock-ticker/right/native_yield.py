"""FastAPI's own server-sent events: an endpoint that yields updates."""

from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[Update]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield update
