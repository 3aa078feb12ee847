"""HTTP by hand: h11 on asyncio's own streams, a connection at a time."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import h11

from grader.sse import SseParser


class Gone(Exception):
    """There is nothing more to come."""


async def connection(base_url, parser):
    url = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        http = h11.Connection(h11.CLIENT)
        headers = [("Host", url.netloc), ("Accept", "text/event-stream")]
        if parser.last_event_id:
            headers.append(("Last-Event-ID", parser.last_event_id.encode()))
        request = h11.Request(method="GET", target="/stream/live-logs", headers=headers)
        writer.write(http.send(request) + http.send(h11.EndOfMessage()))
        await writer.drain()
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(60):
                    http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                kind = dict(event.headers).get(b"content-type", b"")
                if event.status_code == 204:
                    raise Gone
                if event.status_code != 200 or not kind.startswith(b"text/event-stream"):
                    raise RuntimeError(f"{event.status_code} {kind!r}")
            elif isinstance(event, h11.Data):
                for each in parser.feed(bytes(event.data)):
                    yield each
            elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
                return
    finally:
        writer.close()


async def watch_live_logs(base_url):
    last, delay = "", 3
    while True:
        parser = SseParser(last)
        try:
            events = connection(base_url, parser)
            try:
                async for event in events:
                    if event.type == "message":
                        yield json.loads(event.data)
            finally:
                await events.aclose()
        except Gone:
            return
        except (OSError, h11.RemoteProtocolError, asyncio.TimeoutError):
            pass
        last = parser.last_event_id
        if parser.retry is not None:
            delay = parser.retry / 1000
        await asyncio.sleep(delay)
