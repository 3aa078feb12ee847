"""Stock ticker: send every price update to the browser, as a server-sent event, when it happens.

`market.subscribe()` opens a subscription; its updates are dictionaries that are ready for JSON.
The browser reads your answer with `new EventSource("/stream/stock-ticker")` and `onmessage`.

- An update is one event, with the update as JSON in its data. It leaves before the next one exists.
- Text in an update may hold anything, line breaks and emoji included, and arrives unharmed.
- The media type is that of server-sent events. No cache and no proxy may hold the stream back.
- The subscription is open while the client reads, and only then: it is given back when the feed
  ends, when the feed fails, and when the client leaves.
- A client that reads slowly slows the feed down; nothing piles up in memory.
- When the feed fails half-way, the body breaks off. It must not look complete.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.prices import Market

router = APIRouter()


@router.get("/stream/stock-ticker")
async def stock_ticker(market: Market) -> StreamingResponse:
    raise NotImplementedError
