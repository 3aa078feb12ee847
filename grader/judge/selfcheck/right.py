"""A right answer that waits on every kind of clock and thread which the stage holds in its hand."""

import asyncio
import time
from collections.abc import AsyncIterator

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/check")
async def check(market: Market) -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        async with market.subscribe() as updates:
            async for update in updates:
                await asyncio.sleep(1)
                await anyio.to_thread.run_sync(time.sleep, 1)
                await asyncio.to_thread(time.sleep, 1)
                yield f"{update['update_number']}\n"

    return StreamingResponse(body(), media_type="text/plain")
