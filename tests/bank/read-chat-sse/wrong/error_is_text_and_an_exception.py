"""What the error says becomes a part of the reply, before it is raised.
ignores-the-error-event, caught by an-error-event-is-an-error
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


class BrokenReply(Exception):
    pass


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, headers=ACCEPT) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            check(response)
            sse, count = Sse(), 0
            async for chunk in response.aiter_bytes():
                for kind, data in sse.feed(chunk):
                    payload = json.loads(data)
                    kind = payload.get("type", kind)
                    if kind == "token":
                        count += 1
                        yield payload["content"]
                    elif kind == "error":
                        yield "[error] " + str(payload.get("message"))
                        raise BrokenReply(payload.get("message"))
                    elif kind == "complete":
                        if payload.get("total", count) != count:
                            raise BrokenReply("tokens are missing")
                        return
    raise BrokenReply("no complete")
