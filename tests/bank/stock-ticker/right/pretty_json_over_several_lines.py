"""Indented JSON, each of its lines in a data: field of its own."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(events(market), media_type="text/event-stream", headers=HEADERS)


def event(payload: str) -> str:
    lines = payload.split("\n")
    return "".join(f"data: {line}\n" for line in lines) + "\n"


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield event(json.dumps(update, indent=2, sort_keys=True))
