"""Both times of both responses go from one beginning.
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
    began = perf_counter()
    buffered, one = await measure(f"{base_url}/demo/comparison/buffered", began)
    streamed, other = await measure(f"{base_url}/demo/comparison/streamed", began)
    return Comparison(buffered, streamed, same=json.loads(one) == json.loads(other))


async def measure(url, began):
    body, first = b"", None
    async with httpx.AsyncClient(timeout=TIMEOUT) as client:
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            async for data in response.aiter_bytes():
                if first is None:
                    first = perf_counter()
                body += data
        ended = perf_counter()
    return Measured(first - began, ended - began, len(body), len(body)), body
