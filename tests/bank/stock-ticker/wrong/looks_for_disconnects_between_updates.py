"""The client's leaving is looked for in another task, that asks only after the next update.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-updates
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(request: Request, market: Market) -> StreamingResponse:
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)
    worker = asyncio.create_task(read_feed(request, market, queue))
    return StreamingResponse(
        write_events(queue, worker),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def read_feed(request: Request, market: PriceFeed, queue: asyncio.Queue[str | None]) -> None:
    async with market.subscribe() as updates:
        async for update in updates:
            if await request.is_disconnected():
                break
            await queue.put(f"data: {json.dumps(update)}\n\n")
    await queue.put(None)


async def write_events(
    queue: asyncio.Queue[str | None], worker: asyncio.Task[None]
) -> AsyncIterator[str]:
    while (event := await queue.get()) is not None:
        yield event
    await worker
