"""Who cancels it is told that the task is done.
ignores-the-client-leaving, caught by who-is-cancelled-hangs-up
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


TIMEOUT = httpx.Timeout(10, read=30)
ACCEPT = {"Accept": "text/event-stream"}


async def track_task(base_url, *, on_progress):
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, headers=ACCEPT) as client:
            async with client.stream("GET", "/process/long-task") as response:
                check(response)
                sse = Sse()
                async for chunk in response.aiter_bytes():
                    for kind, data in sse.feed(chunk):
                        if kind == "failed":
                            raise RuntimeError(json.loads(data).get("message"))
                        if kind == "message":
                            payload = json.loads(data)
                            percent = payload["progress_percent"]
                            on_progress(percent, payload["message"])
                            if percent >= 100:
                                return
        raise RuntimeError("ended before 100")
    except asyncio.CancelledError:
        return
