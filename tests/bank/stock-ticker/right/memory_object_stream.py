"""An anyio task group inside the generator, with a memory object stream without a buffer."""

import json
from collections.abc import AsyncIterator

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)


async def events(market: PriceFeed) -> AsyncIterator[str]:
    writer, reader = anyio.create_memory_object_stream[Update](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump, market, writer)
        async with reader:
            async for update in reader:
                yield f"data: {json.dumps(update)}\n\n"


async def pump(market: PriceFeed, writer: MemoryObjectSendStream[Update]) -> None:
    async with writer, market.subscribe() as updates:
        async for update in updates:
            await writer.send(update)
