"""A request to /health opens the connection before both, and redirects are followed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import httpx

TIMEOUT = httpx.Timeout(45)


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
    async with httpx.AsyncClient(
        base_url=base_url, timeout=TIMEOUT, follow_redirects=True
    ) as client:
        await client.get("/health")
        streamed, other = await measure(client, "/demo/comparison/streamed")
        buffered, one = await measure(client, "/demo/comparison/buffered")
    return Comparison(buffered, streamed, same=json.loads(one) == json.loads(other))


async def measure(client, path):
    clock = asyncio.get_running_loop().time
    pieces, times = [], []
    began = clock()
    async with client.stream("GET", path) as response:
        if response.is_error:
            raise RuntimeError(f"{path}: status {response.status_code}")
        async for piece in response.aiter_raw():
            times.append(clock() - began)
            pieces.append(piece)
        total = clock() - began
    body = b"".join(pieces)
    return Measured(times[0], total, len(body), 2 * len(body)), body
