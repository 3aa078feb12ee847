"""The subscription belongs to a dependency with `yield`, which ends after the stream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from sources.prices import Market, Update

router = APIRouter()


async def subscribed(market: Market) -> AsyncIterator[AsyncIterator[Update]]:
    async with market.subscribe() as updates:
        yield updates


Updates = Annotated[AsyncIterator[Update], Depends(subscribed)]


@router.get("/stream/stock-ticker")
async def stock_ticker(updates: Updates) -> StreamingResponse:
    return StreamingResponse(
        (f"data: {json.dumps(update)}\n\n" async for update in updates),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
