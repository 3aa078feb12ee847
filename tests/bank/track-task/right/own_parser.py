"""Lines and events are found by hand, in bytes."""

from __future__ import annotations

import json
import re

import httpx

LINE = re.compile(rb"(\r\n|\r|\n)")


class Events:
    def __init__(self):
        self.buffer = b""
        self.first = True
        self.skip_lf = False
        self.kind, self.data = b"", []

    def feed(self, chunk):
        if self.skip_lf and chunk:
            chunk, self.skip_lf = chunk.removeprefix(b"\n"), False
        self.buffer += chunk
        *lines, rest = LINE.split(self.buffer)
        self.skip_lf = chunk.endswith(b"\r")
        self.buffer = rest
        for line in lines[::2]:
            if self.first:
                line, self.first = line.removeprefix(b"\xef\xbb\xbf"), False
            if not line:
                if self.data:
                    yield self.kind or b"message", b"\n".join(self.data)
                self.kind, self.data = b"", []
            name, _, value = line.partition(b":")
            if name == b"data":
                self.data.append(value.removeprefix(b" "))
            elif name == b"event":
                self.kind = value.removeprefix(b" ")


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream(
            "GET", "/process/long-task", headers={"Accept": "text/event-stream"}
        ) as response:
            response.raise_for_status()
            media_type, *_ = response.headers.get("content-type", "").split(";")
            if media_type.strip().lower() != "text/event-stream":
                raise RuntimeError(f"unexpected {media_type}")
            events = Events()
            async for chunk in response.aiter_bytes():
                for kind, data in events.feed(chunk):
                    payload = json.loads(data) if kind in (b"message", b"failed") else None
                    if kind == b"failed":
                        raise RuntimeError(payload["message"])
                    if kind == b"message":
                        on_progress(payload["progress_percent"], payload["message"])
                        if payload["progress_percent"] >= 100:
                            return
    raise RuntimeError("the connection was closed before 100 percent")
