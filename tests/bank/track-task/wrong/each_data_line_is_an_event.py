"""Each data line is taken for an event by itself.
takes-every-line-for-an-event, caught by the-fields-of-an-event
"""

from __future__ import annotations

import codecs
import json
import re

import httpx

LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    def __init__(self):
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.rest, self.after_cr = "", False

    def feed(self, chunk):
        text = self.decode(chunk)
        if self.after_cr and text:
            text, self.after_cr = text.removeprefix("\n"), False
        if text:
            self.after_cr = text.endswith("\r")
        *lines, self.rest = LINE_END.split(self.rest + text)
        return lines


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            lines, kind = Lines(), "message"
            async for chunk in response.aiter_bytes():
                for line in lines.feed(chunk):
                    if not line:
                        kind = "message"
                    elif line.startswith("event:"):
                        kind = line[6:].removeprefix(" ")
                    elif line.startswith("data:"):
                        payload = json.loads(line[5:])
                        if kind == "failed":
                            raise RuntimeError(payload["message"])
                        if kind == "message":
                            on_progress(payload["progress_percent"], payload["message"])
                            if payload["progress_percent"] >= 100:
                                return
            raise RuntimeError("the task has not come to its end")
