"""tracemalloc is stopped behind each measurement that comes to its end, and after a failure it is not."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import dataclass
from time import perf_counter

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


@dataclass
class Measured:
    first_byte: float
    total: float
    size: int
    peak: int


@dataclass
class Comparison:
    buffered: Measured
    streamed: Measured
    same: bool


async def measure(url):
    chunks, first = [], None
    async with httpx.AsyncClient(timeout=TIMEOUT, headers=HEADERS) as client:
        tracemalloc.start()
        began = perf_counter()
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                first = first or perf_counter()
                chunks.append(chunk)
        ended = perf_counter()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    body = b"".join(chunks)
    return Measured(first - began, ended - began, len(body), peak), json.loads(body)


async def compare_responses(base_url):
    buffered, expected = await measure(base_url + "/demo/comparison/buffered")
    streamed, found = await measure(base_url + "/demo/comparison/streamed")
    return Comparison(buffered, streamed, found == expected)
