"""HTTP by hand: h11 on asyncio's own streams."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import h11

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    url = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        http = h11.Connection(h11.CLIENT)
        headers = [("Host", url.netloc), ("Accept", "text/event-stream")]
        writer.write(
            http.send(h11.Request(method="GET", target="/stream/stock-ticker", headers=headers))
        )
        writer.write(http.send(h11.EndOfMessage()))
        await writer.drain()
        parser = SseParser()
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(60):
                    http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                kind = dict(event.headers).get(b"content-type", b"")
                if event.status_code == 204:
                    return
                if event.status_code != 200 or not kind.startswith(b"text/event-stream"):
                    raise RuntimeError(f"{event.status_code} {kind!r}")
            elif isinstance(event, h11.Data):
                for update in parser.feed(bytes(event.data)):
                    yield json.loads(update.data)
            elif isinstance(event, h11.EndOfMessage):
                return
    finally:
        writer.close()
