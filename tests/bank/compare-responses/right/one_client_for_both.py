"""One client for both, so that the second request finds the connection open."""

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
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        buffered, one = await measure(client, "/demo/comparison/buffered")
        streamed, other = await measure(client, "/demo/comparison/streamed")
    return Comparison(buffered, streamed, same=json.loads(one) == json.loads(other))


async def measure(client, path):
    body, first = b"", None
    began = perf_counter()
    async with client.stream("GET", path) as response:
        response.raise_for_status()
        async for data in response.aiter_bytes():
            first = first or perf_counter()
            body += data
    ended = perf_counter()
    return Measured(first - began, ended - began, len(body), len(body)), body
