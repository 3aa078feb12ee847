"""A server that falls silent has sent everything, if what has come can be parsed.
passes-a-loss-off-as-the-end, caught by a-body-that-breaks-off-is-an-error
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
            try:
                async for data in response.aiter_bytes():
                    if first is None:
                        first = perf_counter()
                    body += data
            except httpx.ReadTimeout:
                pass  # nothing more comes
        ended = perf_counter()
    return Measured(first - began, ended - began, len(body), len(body)), body
