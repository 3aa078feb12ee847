"""HTTP by hand: h11 on asyncio's own streams."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import h11

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    url = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        http = h11.Connection(h11.CLIENT)
        headers = [("Host", url.netloc), ("Accept", "text/event-stream"), ("Connection", "close")]
        writer.write(
            http.send(h11.Request(method="GET", target="/process/long-task", headers=headers))
        )
        writer.write(http.send(h11.EndOfMessage()))
        await writer.drain()
        parser = SseParser()
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await asyncio.wait_for(reader.read(65536), 30))
            elif isinstance(event, h11.Response):
                kind = dict(event.headers).get(b"content-type", b"")
                if event.status_code != 200 or not kind.startswith(b"text/event-stream"):
                    raise RuntimeError(f"{event.status_code} {kind!r}")
            elif isinstance(event, h11.Data):
                for each in parser.feed(bytes(event.data)):
                    if each.type == "failed":
                        raise RuntimeError(json.loads(each.data)["message"])
                    if each.type == "message":
                        report = json.loads(each.data)
                        on_progress(report["progress_percent"], report["message"])
                        if report["progress_percent"] >= 100:
                            return
            else:
                raise RuntimeError("the stream ended before the task was done")
    finally:
        writer.close()
