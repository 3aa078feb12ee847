"""The times are rounded to hundredths of a second, in which a response of this machine takes none.
measures-another-span, caught by the-time-to-the-first-byte
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from time import perf_counter

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


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


async def compare_responses(base_url):
    buffered, one = await measure(f"{base_url}/demo/comparison/buffered")
    streamed, other = await measure(f"{base_url}/demo/comparison/streamed")
    return Comparison(buffered, streamed, same=json.loads(one) == json.loads(other))


async def measure(url):
    body, first = b"", None
    async with httpx.AsyncClient(timeout=TIMEOUT) as client:
        began = perf_counter()
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            async for data in response.aiter_bytes():
                if first is None:
                    first = perf_counter()
                body += data
        ended = perf_counter()
    return Measured(round(first - began, 2), round(ended - began, 2), len(body), len(body)), body
