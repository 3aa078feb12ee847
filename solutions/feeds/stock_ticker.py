"""Stock ticker: each price update as a server-sent event, and the subscription given back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market, PriceFeed

router = APIRouter()

HEADERS = {
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # nginx and its relatives pass each event on at once
}


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    return StreamingResponse(_events(market), media_type="text/event-stream", headers=HEADERS)


async def _events(market: PriceFeed) -> AsyncIterator[str]:
    # Subscribed in here, so that the subscription lives exactly as long as the stream: when the
    # client leaves, this generator is cancelled at its await and the block gives it back.
    async with market.subscribe() as updates:
        async for update in updates:
            # JSON escapes line breaks, so that one data: line is enough for any text.
            yield f"data: {json.dumps(update)}\n\n"


# FastAPI does the framing itself for an endpoint that yields:
#
#     @router.get("/stream/stock-ticker", response_class=EventSourceResponse)
#     async def stock_ticker(market: Market) -> AsyncIterator[Update]: ...
#
# with both headers and a comment every 15 silent seconds, which keeps proxies from hanging up.
# Prefer it where an open subscription costs little. Its price: when a client that had stopped
# reading leaves, the generator is closed by garbage collection only, which an idle server may not
# run for hours. Here that takes milliseconds. A source from a dependency with yield has both.
