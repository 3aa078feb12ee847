"""A blank line always ends an event, also behind a comment or an id alone.
takes-a-block-without-data-for-an-event, caught by what-has-no-data-is-no-update
"""

from __future__ import annotations

import json
import codecs
import re

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


class Lines:
    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.rest, self.first, self.after_cr = "", True, False

    def feed(self, data):
        text = self.decoder.decode(data)
        if self.first and text:
            text, self.first = text.removeprefix("\ufeff"), False
        if self.after_cr and text:
            text, self.after_cr = text.removeprefix("\n"), False
        if text:
            self.after_cr = text.endswith("\r")
        *lines, self.rest = re.split("\r\n|\r|\n", self.rest + text)
        return lines


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            parser = Lines()
            data = []
            async for chunk in response.aiter_bytes():
                for line in parser.feed(chunk):
                    if not line:
                        text = "\n".join(data)
                        data = []
                        yield json.loads(text) if text else {}
                    elif line.startswith("data:"):
                        data.append(line[5:].removeprefix(" "))
