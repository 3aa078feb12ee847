"""HTTP by hand: h11 on asyncio's own streams."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode, urlsplit

import h11

from grader.sse import SseParser


async def body(reader, writer, target, host):
    http = h11.Connection(h11.CLIENT)
    headers = [("Host", host), ("Accept", "text/event-stream"), ("Connection", "close")]
    writer.write(http.send(h11.Request(method="GET", target=target, headers=headers)))
    writer.write(http.send(h11.EndOfMessage()))
    await writer.drain()
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            async with asyncio.timeout(60):
                http.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            kind = dict(event.headers).get(b"content-type", b"")
            if event.status_code != 200 or not kind.startswith(b"text/event-stream"):
                raise RuntimeError(f"{event.status_code} {kind!r}")
        elif isinstance(event, h11.Data):
            yield bytes(event.data)
        else:
            return


async def read_chat_sse(base_url, prompt):
    url = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        target = "/ai/chat-stream-sse?" + urlencode({"prompt": prompt})
        parser = SseParser()
        async for data in body(reader, writer, target, url.netloc):
            for event in parser.feed(data):
                payload = json.loads(event.data)
                kind = event.type if event.type != "message" else payload.get("type")
                if kind == "token":
                    yield payload["content"]
                if kind == "error":
                    raise RuntimeError(payload["message"])
                if kind == "complete":
                    return
        raise RuntimeError("incomplete reply")
    finally:
        writer.close()
