"""Three generators, each closing the one that it reads, and an exit stack."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)


async def read(market: PriceFeed) -> AsyncGenerator[Update]:
    async with AsyncExitStack() as stack:
        updates = await stack.enter_async_context(market.subscribe())
        async for update in updates:
            yield update


async def encoded(market: PriceFeed) -> AsyncGenerator[str]:
    async with aclosing(read(market)) as updates:
        async for update in updates:
            yield json.dumps(update)


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with aclosing(encoded(market)) as payloads:
        async for payload in payloads:
            yield f"data: {payload}\n\n"
