"""Native ServerSentEvent objects, with ids, a retry time, and a named event at the end."""

from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[ServerSentEvent]:
    yield ServerSentEvent(comment="prices", retry=5000)
    async with market.subscribe() as updates:
        async for update in updates:
            yield ServerSentEvent(data=update, id=str(update["update_number"]))
    yield ServerSentEvent(event="end", data={"reason": "the market has closed"})
