"""Each is measured three times, and the median of each number is given; JSON is parsed at once."""

from __future__ import annotations

import json
import statistics
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
    buffered, one = await median(f"{base_url}/demo/comparison/buffered")
    streamed, other = await median(f"{base_url}/demo/comparison/streamed")
    return Comparison(buffered, streamed, one == other)


async def median(url):
    runs = [await measure(url) for _ in range(3)]
    found = [run for run, _ in runs]
    middle = Measured(
        statistics.median(run.first_byte for run in found),
        statistics.median(run.total for run in found),
        found[0].size,
        max(run.peak for run in found),
    )
    return middle, json.loads(runs[0][1])["records"]


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
    return Measured(first - began, ended - began, len(body), len(body)), body
