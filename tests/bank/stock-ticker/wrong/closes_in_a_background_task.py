"""The endpoint subscribes and leaves the closing to a background task, which a failure skips.
acquires-outside-the-stream, caught by gives-back-what-fails
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from sources.prices import Market, Update

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    stack = AsyncExitStack()
    updates = await stack.enter_async_context(market.subscribe())
    return StreamingResponse(
        events(updates),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        background=BackgroundTask(stack.aclose),
    )


async def events(updates: AsyncIterator[Update]) -> AsyncIterator[str]:
    async for update in updates:
        yield f"data: {json.dumps(update)}\n\n"
