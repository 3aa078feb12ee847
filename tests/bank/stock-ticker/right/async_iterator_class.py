"""A class with __aiter__ as an asynchronous generator, in place of a generator function."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()


class StockTicker:
    def __init__(self, market: PriceFeed) -> None:
        self.market = market

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with self.market.subscribe() as updates:
            async for update in updates:
                yield self.encode(update)

    @staticmethod
    def encode(update: Update) -> bytes:
        return b"".join((b"data: ", json.dumps(update).encode("utf-8"), b"\n\n"))


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        StockTicker(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
