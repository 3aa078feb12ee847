"""A busy server is asked three times, with pauses of its own, before the caller is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx

from grader.sse import SseParser
from sources.prices import Update

# A feed may be silent: servers that mean well send a comment every 15 seconds, this one does not.
# What is silent for a minute has died, and nothing else would tell.
TIMEOUT = httpx.Timeout(10, read=60)
LONGEST = 1 << 20  # characters of an event: one without an end would fill the memory
HEADERS = {"Accept": "text/event-stream"}


async def ask(client, *args, **named):
    """A response whose status is not that of a busy server, if three times are enough."""
    for pause in (0.1, 0.2, None):
        response = await client.send(client.build_request(*args, **named), stream=True)
        if response.status_code != 503 or pause is None:
            return response
        await response.aclose()
        await asyncio.sleep(pause)


async def watch_stock_ticker(base_url: str) -> AsyncIterator[Update]:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        aclosing(await ask(client, "GET", "/stream/stock-ticker", headers=HEADERS)) as response,
    ):
        response.raise_for_status()
        if response.status_code == httpx.codes.NO_CONTENT:
            return
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "text/event-stream":
            raise ValueError(f"not an event stream: {media_type or 'no Content-Type'}")
        parser = SseParser(longest=LONGEST)
        async for data in response.aiter_bytes():
            for event in parser.feed(data):
                yield json.loads(event.data)
