"""A native endpoint gives every event a type of its own.
names-every-event, caught by dispatches-events
"""

from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[ServerSentEvent]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield ServerSentEvent(
                data=update,
                event="stock_update",
                id=str(update["update_number"]),
            )
