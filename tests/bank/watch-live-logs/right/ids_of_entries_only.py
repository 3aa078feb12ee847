"""The id counts when an entry is yielded, and in no other block."""

from __future__ import annotations

import asyncio
import codecs
import json
import re

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


class Lines:
    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
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


async def watch_live_logs(base_url):
    last_id, delay = "", 3.0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        while True:
            headers = {"Accept": "text/event-stream"}
            if last_id:
                headers["Last-Event-ID"] = last_id.encode()
            lines, data, kind, new_id = Lines(), [], "", last_id
            try:
                async with client.stream("GET", "/stream/live-logs", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers.get("content-type", ""):
                        raise ValueError("no event stream")
                    async for chunk in response.aiter_bytes():
                        for line in lines.feed(chunk):
                            name, _, value = line.partition(":")
                            value = value.removeprefix(" ")
                            if name == "data":
                                data.append(value)
                            elif name == "event":
                                kind = value
                            elif name == "id" and "\0" not in value:
                                new_id = value
                            elif name == "retry" and re.fullmatch("[0-9]+", value):
                                delay = int(value) / 1000
                            elif not line:
                                if data and kind in ("", "message"):
                                    last_id = new_id
                                    yield json.loads("\n".join(data))
                                data, kind = [], ""
            except httpx.TransportError:
                pass
            await asyncio.sleep(delay)
