"""After ten connections it is over, however well each one went.
never-comes-back, caught by comes-back-after-a-loss
"""

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
        if self.cr and text:
            self.cr = False
            text = text.removeprefix("\n")
        if text:
            self.cr = text.endswith("\r")
        *lines, self.buf = re.split("\r\n|\r|\n", self.buf + text)
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


async def watch_live_logs(base_url):
    last_id, delay = "", 3.0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        for attempt in range(10):
            headers = dict(ACCEPT)
            if last_id:
                headers["Last-Event-ID"] = last_id.encode()
            sse = Sse(last_id)
            try:
                async with client.stream("GET", "/stream/live-logs", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    check(response)
                    async for chunk in response.aiter_bytes():
                        for kind, data in sse.feed(chunk):
                            if kind == "message":
                                yield json.loads(data)
            except httpx.TransportError:
                pass
            last_id = sse.last_event_id
            if sse.retry is not None:
                delay = sse.retry / 1000
            await asyncio.sleep(delay)
