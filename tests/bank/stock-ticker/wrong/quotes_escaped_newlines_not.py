"""The hand-built JSON escapes quotes, and a line break in a name ends the data line.
raw-newline-in-data, caught by carries-json
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        price_events(market),
        media_type="text/event-stream",
        headers=HEADERS,
    )


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def to_json(update: Update) -> str:
    return (
        f'{{"timestamp": {quoted(update["timestamp"])}, "stock": {quoted(update["stock"])}, '
        f'"price": {update["price"]}, "change": {update["change"]}, '
        f'"update_number": {update["update_number"]}}}'
    )


async def price_events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield f"data: {to_json(update)}\n\n"
