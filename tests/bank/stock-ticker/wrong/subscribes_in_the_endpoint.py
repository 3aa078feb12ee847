"""The endpoint subscribes and the generator closes the subscription only when the feed ends.
acquires-outside-the-stream, caught by ends-when-the-client-leaves-between-updates
"""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    subscription = market.subscribe()
    updates = await subscription.__aenter__()
    return StreamingResponse(
        events(subscription, updates),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def events(
    subscription: AbstractAsyncContextManager[AsyncIterator[Update]],
    updates: AsyncIterator[Update],
) -> AsyncIterator[str]:
    async for update in updates:
        yield f"data: {json.dumps(update)}\n\n"
    await subscription.__aexit__(None, None, None)
