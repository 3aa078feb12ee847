"""Each data line is yielded, although an event may have several.
takes-every-line-for-an-event, caught by the-fields-of-an-event
"""

from __future__ import annotations

import json

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            buffer, first = "", True
            async for text in response.aiter_text():
                if first and text:
                    text, first = text.removeprefix("\ufeff"), False
                buffer += text
                buffer = buffer.replace("\r\n", "\n")
                if buffer.endswith("\r"):
                    buffer, held = buffer[:-1], "\r"
                else:
                    held = ""
                buffer = buffer.replace("\r", "\n")
                *lines, buffer = buffer.split("\n")
                buffer += held
                for line in lines:
                    if line.startswith("data:"):
                        yield json.loads(line[5:])
