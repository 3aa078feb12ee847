"""The generator holds an asyncio.TaskGroup, whose producer fills a queue of ten."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)


async def events(market: PriceFeed) -> AsyncIterator[str]:
    queue: asyncio.Queue[Update | None] = asyncio.Queue(10)

    async def produce() -> None:
        async with market.subscribe() as updates:
            async for update in updates:
                await queue.put(update)
        await queue.put(None)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(produce())
        while (update := await queue.get()) is not None:
            yield f"data: {json.dumps(update)}\n\n"
