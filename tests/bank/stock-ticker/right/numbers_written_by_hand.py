"""The JSON is put together by hand, with text quoted by json.dumps and prices to two decimals."""

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


def to_json(update: Update) -> str:
    fields = {
        "update_number": str(update["update_number"]),
        "stock": json.dumps(update["stock"]),
        "price": f"{update['price']:.2f}",
        "change": f"{update['change']:+.2f}".removeprefix("+"),
        "timestamp": json.dumps(update["timestamp"]),
        "currency": '"USD"',
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


async def events(market: PriceFeed) -> AsyncIterator[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield f"data: {to_json(update)}\n\n"
