"""A CR at the end of a chunk waits for what comes behind it."""

import asyncio
import codecs
import json
import re

import httpx


class Sse:
    def __init__(self, last_id=""):
        self.dec = codecs.getincrementaldecoder("utf-8")("replace")
        self.buf = ""
        self.first = True
        self.cr = False
        self.last_event_id = last_id
        self.retry = None
        self.clear()

    def clear(self):
        self.data, self.kind = [], ""

    def lines(self, chunk):
        text = self.dec.decode(chunk)
        if self.first and text:
            self.first = False
            text = text.removeprefix("\ufeff")
        text = self.buf + text
        held = ""
        if text.endswith("\r") and chunk:  # may be half of CRLF: wait for the rest
            text, held = text[:-1], "\r"
        *lines, self.buf = re.split("\r\n|\r|\n", text)
        self.buf += held
        return lines

    def feed(self, chunk):
        for line in self.lines(chunk):
            if not line:
                if self.data:
                    yield self.kind or "message", "\n".join(self.data)
                self.clear()
                continue
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                self.data.append(value)
            elif name == "event":
                self.kind = value
            elif name == "id" and "\0" not in value:
                self.last_event_id = value
            elif name == "retry" and re.fullmatch("[0-9]{1,15}", value):
                self.retry = int(value)


def check(response):
    response.raise_for_status()
    media = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if media != "text/event-stream":
        raise RuntimeError("not an event stream: " + media)


TIMEOUT = httpx.Timeout(10, read=60)
ACCEPT = {"Accept": "text/event-stream"}


async def with_end(chunks):
    async for chunk in chunks:
        yield chunk
    yield b""  # let the parser give what it holds


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, headers=ACCEPT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            if response.status_code == 204:
                return
            check(response)
            sse = Sse()
            async for chunk in with_end(response.aiter_bytes()):
                for kind, data in sse.feed(chunk):
                    yield json.loads(data)
