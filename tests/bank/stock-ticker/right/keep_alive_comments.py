"""After 15 silent seconds a comment is sent, while the read of the next update goes on."""

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


KEEP_ALIVE = 15.0


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        reading: asyncio.Future[Update | None] | None = None
        try:
            while True:
                if reading is None:
                    reading = asyncio.ensure_future(anext(updates, None))
                done, _ = await asyncio.wait({reading}, timeout=KEEP_ALIVE)
                if not done:
                    yield ": keep-alive\n\n"
                    continue
                update, reading = reading.result(), None
                if update is None:
                    return
                yield f"data: {json.dumps(update)}\n\n"
        finally:
            if reading is not None:
                reading.cancel()
