"""What is no error to `is_error` is taken for success: a redirect, for one.
ignores-the-status, caught by a-redirect-is-no-answer
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx

from grader.sse import SseParser
from sources.prices import Update

# A feed may be silent: servers that mean well send a comment every 15 seconds, this one does not.
# What is silent for a minute has died, and nothing else would tell.
TIMEOUT = httpx.Timeout(10, read=60)
LONGEST = 1 << 20  # characters of an event: one without an end would fill the memory
HEADERS = {"Accept": "text/event-stream"}


async def watch_stock_ticker(base_url: str) -> AsyncIterator[Update]:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        client.stream("GET", "/stream/stock-ticker", headers=HEADERS) as response,
    ):
        if response.is_error:
            raise ValueError(f"status {response.status_code}")
        if response.status_code == httpx.codes.NO_CONTENT:
            return
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "text/event-stream":
            raise ValueError(f"not an event stream: {media_type or 'no Content-Type'}")
        parser = SseParser(longest=LONGEST)
        async for data in response.aiter_bytes():
            for event in parser.feed(data):
                yield json.loads(event.data)
