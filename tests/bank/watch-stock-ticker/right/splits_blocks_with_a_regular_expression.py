"""Blocks are split off the buffer by a regular expression, in bytes."""

from __future__ import annotations

import json
import re

import httpx

BLOCK = re.compile(rb"(?:\r\n|\r(?!\n)|\n)(?:\r\n|\r(?!\n)|\n)")
LINE = re.compile(rb"\r\n|\r|\n")


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=60)) as client:
        async with client.stream("GET", base_url + "/stream/stock-ticker") as response:
            response.raise_for_status()
            assert response.headers["content-type"].startswith("text/event-stream")
            buffer, first = b"", True
            async for data in response.aiter_bytes():
                buffer += data
                if first and len(buffer) >= 3:
                    buffer, first = buffer.removeprefix(b"\xef\xbb\xbf"), False
                while found := BLOCK.search(buffer):
                    block, buffer = buffer[: found.start()], buffer[found.end() :]
                    lines = [line for line in LINE.split(block) if line.startswith(b"data:")]
                    if lines:
                        text = b"\n".join(line[5:].removeprefix(b" ") for line in lines)
                        yield json.loads(text)
