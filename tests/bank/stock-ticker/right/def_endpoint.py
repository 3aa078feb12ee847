"""The endpoint is a plain function, which FastAPI runs in a thread; its generator is asynchronous."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()


@router.get("/stream/stock-ticker")
def stock_ticker(market: Market) -> StreamingResponse:
    response = StreamingResponse(encode(market), media_type="text/event-stream; charset=utf-8")
    response.headers["cache-control"] = "no-store, no-transform"
    response.headers["x-accel-buffering"] = "no"
    return response


async def encode(market: PriceFeed) -> AsyncIterator[bytes]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield b"data: " + json.dumps(update).encode() + b"\n\n"
