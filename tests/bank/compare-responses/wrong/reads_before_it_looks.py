"""client.get has read the whole body when the clock is looked at.
measures-after-the-body, caught by the-time-to-the-first-byte
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
    async with httpx.AsyncClient(timeout=TIMEOUT) as client:
        began = perf_counter()
        response = await client.get(url)
        first = perf_counter()
        response.raise_for_status()
        body = response.content
        ended = perf_counter()
    return Measured(first - began, ended - began, len(body), len(body)), body
