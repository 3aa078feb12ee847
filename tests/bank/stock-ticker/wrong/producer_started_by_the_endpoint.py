"""The endpoint starts a task that feeds the queue, and the task outlives the client.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-updates
"""

import asyncio
import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()
background_tasks: set[asyncio.Task[None]] = set()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market):
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=10)

    async def producer() -> None:
        async with market.subscribe() as updates:
            async for update in updates:
                await queue.put(f"data: {json.dumps(update)}\n\n")
        await queue.put(None)

    async def consumer():
        while (event := await queue.get()) is not None:
            yield event

    task = asyncio.create_task(producer())
    background_tasks.add(task)
    task.add_done_callback(background_tasks.discard)
    return StreamingResponse(
        consumer(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
