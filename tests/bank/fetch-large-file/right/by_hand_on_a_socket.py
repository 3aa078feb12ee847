"""HTTP by hand: h11 on asyncio's own streams, which asks for no compression."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import h11


async def fetch_large_file(base_url, target, progress):
    url = urlsplit(base_url)
    part = target.parent / f"{target.name}.part"
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        http = h11.Connection(h11.CLIENT)
        request = h11.Request(
            method="GET", target="/download/large-file", headers=[("Host", url.netloc)]
        )
        writer.write(http.send(request) + http.send(h11.EndOfMessage()))
        await writer.drain()
        received, total = 0, None
        with part.open("wb") as file:
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    async with asyncio.timeout(45):
                        http.receive_data(await reader.read(1 << 16))
                elif isinstance(event, h11.Response):
                    if event.status_code != 200:
                        raise ConnectionError(f"status {event.status_code}")
                    length = dict(event.headers).get(b"content-length")
                    total = int(length) if length is not None else None
                elif isinstance(event, h11.Data):
                    file.write(event.data)
                    received += len(event.data)
                    progress(received, total)
                elif isinstance(event, h11.EndOfMessage):
                    break
        part.replace(target)
    finally:
        writer.close()
