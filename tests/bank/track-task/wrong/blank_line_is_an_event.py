"""A blank line is taken for the end of an event, behind a comment as well.
takes-a-block-without-data-for-an-event, caught by what-has-no-data-is-no-report
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
            lines, kind, data = Lines(), "", []
            async for chunk in response.aiter_bytes():
                for line in lines.feed(chunk):
                    name, _, value = line.partition(":")
                    if name == "event":
                        kind = value.removeprefix(" ")
                    elif name == "data":
                        data.append(value.removeprefix(" "))
                    elif not line:
                        payload = json.loads("\n".join(data))
                        if kind == "failed":
                            raise RuntimeError(payload["message"])
                        if kind in ("", "message"):
                            on_progress(payload["progress_percent"], payload["message"])
                            if payload["progress_percent"] >= 100:
                                return
                        kind, data = "", []
            raise RuntimeError("the task has not come to its end")
