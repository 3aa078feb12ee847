"""What is no error to `is_error` is taken for success: a redirect, for one.
ignores-the-status, caught by a-redirect-is-no-answer
"""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import dataclass
from time import perf_counter

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
# Compressed, another size would be measured, and the time that the compressor takes.
HEADERS = {"Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Measured:
    first_byte: float  # seconds
    total: float  # seconds
    size: int  # bytes
    peak: int  # bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    buffered: Measured
    streamed: Measured
    same: bool  # both hold the same records


async def compare_responses(base_url: str) -> Comparison:
    buffered, one = await _measure(f"{base_url}/demo/comparison/buffered")
    streamed, other = await _measure(f"{base_url}/demo/comparison/streamed")
    return Comparison(buffered, streamed, same=json.loads(one) == json.loads(other))


async def _measure(url: str) -> tuple[Measured, bytes]:
    """What a request to `url` takes, and the body that came of it."""
    # A client of its own: the second request must not find the connection of the first one open.
    # It is made before the clock starts, since loading its certificates takes some milliseconds.
    async with httpx.AsyncClient(timeout=TIMEOUT, headers=HEADERS) as client:
        tracemalloc.start()  # it slows both down alike, by some microseconds for each chunk
        try:
            body, first_byte = bytearray(), None
            began = perf_counter()
            async with client.stream("GET", url) as response:
                if response.is_error:
                    raise ValueError(f"status {response.status_code}")
                async for data in response.aiter_raw():
                    if first_byte is None:
                        first_byte = perf_counter() - began
                    body += data
            total = perf_counter() - began
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    if first_byte is None:
        raise ValueError(f"no body: {url}")
    return Measured(first_byte, total, size=len(body), peak=peak), bytes(body)


# One run says little on a busy machine: repeat it, and compare medians. What the server needs in
# memory no client can see; for that, look at the server's process.
