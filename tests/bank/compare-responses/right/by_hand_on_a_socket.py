"""HTTP by hand: h11 on asyncio's own streams, and a clock of nanoseconds."""

from __future__ import annotations

import asyncio
import json
from time import perf_counter_ns
from typing import NamedTuple
from urllib.parse import urlsplit

import h11


class Measured(NamedTuple):
    first_byte: float
    total: float
    size: int
    peak: int


class Comparison(NamedTuple):
    buffered: Measured
    streamed: Measured
    same: bool


async def compare_responses(base_url):
    url = urlsplit(base_url)
    buffered, one = await measure(url, "/demo/comparison/buffered")
    streamed, other = await measure(url, "/demo/comparison/streamed")
    return Comparison(buffered, streamed, one == other)


async def measure(url, path):
    began = perf_counter_ns()
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        http = h11.Connection(h11.CLIENT)
        request = h11.Request(method="GET", target=path, headers=[("Host", url.netloc)])
        writer.write(http.send(request) + http.send(h11.EndOfMessage()))
        body, first = bytearray(), 0
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                async with asyncio.timeout(30):
                    http.receive_data(await reader.read(4096))
            elif isinstance(event, h11.Response) and event.status_code != 200:
                raise ConnectionError(f"status {event.status_code}")
            elif isinstance(event, h11.Data):
                first = first or perf_counter_ns() - began
                body += event.data
        total = perf_counter_ns() - began
    finally:
        writer.close()
    return Measured(first / 1e9, total / 1e9, len(body), len(body)), json.loads(body)
