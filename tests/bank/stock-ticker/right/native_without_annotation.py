"""A native endpoint without a return type, so FastAPI encodes with ASCII escapes and spaces."""

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market):
    async with market.subscribe() as updates:
        async for update in updates:
            yield update
