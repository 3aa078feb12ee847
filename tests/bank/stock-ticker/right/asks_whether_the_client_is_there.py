"""The loop also asks whether the client is still there, which is needless but does no harm."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()
logger = logging.getLogger(__name__)


async def events(request: Request, market: PriceFeed) -> AsyncIterator[str]:
    try:
        async with market.subscribe() as updates:
            async for update in updates:
                if await request.is_disconnected():
                    break
                yield f"data: {json.dumps(update)}\n\n"
    except asyncio.CancelledError:
        logger.info("the client has left")
        raise


@router.get("/stream/stock-ticker")
async def stock_ticker(request: Request, market: Market) -> StreamingResponse:
    return StreamingResponse(
        events(request, market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
