"""A client that comes back with Last-Event-ID is spared the updates that it has."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(
    market: Market, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    had = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    return StreamingResponse(
        events(market, after=had),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def events(market: PriceFeed, *, after: int) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            if update["update_number"] <= after:
                continue
            yield f"id: {update['update_number']}\ndata: {json.dumps(update)}\n\n"
