"""ServerSentEvent encodes its data, and was given JSON text: the client parses a string.
encodes-twice, caught by carries-json
"""

import json
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker", response_class=EventSourceResponse)
async def stock_ticker(market: Market) -> AsyncIterable[ServerSentEvent]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield ServerSentEvent(data=json.dumps(update))
