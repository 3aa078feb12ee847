"""A task reads the feed into a queue of ten, and is cancelled and awaited in the end."""

import asyncio
import contextlib
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
    queue: asyncio.Queue[Update | None] = asyncio.Queue(maxsize=10)
    producer = asyncio.create_task(produce(market, queue))
    try:
        while (update := await queue.get()) is not None:
            yield f"data: {json.dumps(update)}\n\n"
        await producer  # a failure of the feed is a failure of the stream
    finally:
        producer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await producer


async def produce(market: PriceFeed, queue: asyncio.Queue[Update | None]) -> None:
    async with market.subscribe() as updates:
        async for update in updates:
            await queue.put(update)
    await queue.put(None)
