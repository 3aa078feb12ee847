"""The iterator closes its subscription when a read is cancelled, and nowhere else.
never-releases, caught by ends-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed, Update

router = APIRouter()


class PriceEvents:
    """The events of one subscription, which is closed when the feed ends or reading is cancelled."""

    def __init__(self, market: PriceFeed) -> None:
        self._subscription = market.subscribe()
        self._updates: AsyncIterator[Update] | None = None

    def __aiter__(self) -> PriceEvents:
        return self

    async def __anext__(self) -> str:
        await asyncio.sleep(0)  # let other requests have their turn
        if self._updates is None:
            self._updates = await self._subscription.__aenter__()
        try:
            update = await anext(self._updates)
        except BaseException as error:
            await self._subscription.__aexit__(type(error), error, error.__traceback__)
            raise
        return f"data: {json.dumps(update)}\n\n"


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(
        PriceEvents(market),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
