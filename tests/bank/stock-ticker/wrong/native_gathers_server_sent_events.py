"""A native endpoint builds all its ServerSentEvent objects before it yields the first.
collects-then-yields, caught by lockstep
"""

from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[ServerSentEvent]:
    async with market.subscribe() as updates:
        events = [
            ServerSentEvent(data=update, id=str(update["update_number"]))
            async for update in updates
        ]
    for event in events:
        yield event
