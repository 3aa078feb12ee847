"""HTTP by hand: h11 on asyncio's own streams."""

from __future__ import annotations

import asyncio
import codecs
from urllib.parse import quote, urlsplit

import h11


async def read_chat(base_url, prompt):
    url = urlsplit(base_url)
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        http = h11.Connection(h11.CLIENT)
        target = f"/ai/chat-stream?prompt={quote(prompt, safe='')}"
        headers = [("Host", url.netloc), ("Connection", "close")]
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
                if event.status_code != 200 or not kind.startswith(b"text/plain"):
                    raise RuntimeError(f"{event.status_code} {kind!r}")
            elif isinstance(event, h11.Data):
                yield decoder.decode(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                decoder.decode(b"", final=True)
                return
    finally:
        writer.close()
