"""A native endpoint that yields raw text through a response class of its own, which sets the headers."""

import json
from collections.abc import AsyncIterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


class EventStream(StreamingResponse):
    media_type = "text/event-stream"

    def init_headers(self, headers: Any = None) -> None:
        super().init_headers(headers)
        self.headers["Cache-Control"] = "no-cache"
        self.headers["X-Accel-Buffering"] = "no"


@router.get("/stream/stock-ticker", response_class=EventStream)
async def stock_ticker(market: Market) -> AsyncIterable[str]:
    async with market.subscribe() as updates:
        async for update in updates:
            yield f"data: {json.dumps(update)}\n\n"
