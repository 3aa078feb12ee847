"""The time of a comparison is not limited, and the result is a dictionary."""

from __future__ import annotations

import json
from time import perf_counter

import httpx

TIMEOUT = None


async def compare_responses(base_url):
    buffered, one = await measure(f"{base_url}/demo/comparison/buffered")
    streamed, other = await measure(f"{base_url}/demo/comparison/streamed")
    same = json.loads(one) == json.loads(other)
    return {"buffered": buffered, "streamed": streamed, "same": same}


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
    return {
        "first_byte": first - began,
        "total": ended - began,
        "size": len(body),
        "peak": len(body),
    }, body
