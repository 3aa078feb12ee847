"""It closes where the pending read is cancelled, which an update that has just come is not.
never-releases, caught by ends-when-the-client-leaves-at-an-update
"""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from sources.prices import Market, PriceFeed

router = APIRouter()

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


class EventStream(Response):
    def __init__(self, market: PriceFeed) -> None:
        self.market = market
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        subscription = self.market.subscribe()
        updates = await subscription.__aenter__()
        try:
            while not await request.is_disconnected():
                reading = asyncio.ensure_future(anext(updates, None))
                while not reading.done():
                    await asyncio.wait({reading}, timeout=0.5)
                    if await request.is_disconnected():
                        reading.cancel()
                        await reading
                        return
                update = reading.result()
                if update is None:
                    break
                event = f"data: {json.dumps(update)}\n\n".encode()
                await send({"type": "http.response.body", "body": event, "more_body": True})
        except (asyncio.CancelledError, Exception):
            await subscription.__aexit__(None, None, None)
            raise
        await subscription.__aexit__(None, None, None)
        await send({"type": "http.response.body", "body": b""})


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> Response:
    return EventStream(market)
