"""Cards about clients: what httpx does with streams unless it is told otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import StreamingResponse

from .asking import client, opened, serving


class Gated:
    """Streams two items, the second when the gate opens."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.left = asyncio.Event()

    async def items(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await self.gate.wait()
            yield b"second"
        finally:
            self.left.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(self.items())(scope, receive, send)


def test_every_timeout_of_httpx_is_five_seconds_by_default() -> None:
    timeout = httpx.AsyncClient().timeout
    assert (timeout.connect, timeout.read, timeout.write, timeout.pool) == (5.0, 5.0, 5.0, 5.0)


async def test_a_read_timeout_counts_the_silence_between_two_reads() -> None:
    app = Gated()
    async with serving(app) as address, client(address) as asking:
        asking.timeout = httpx.Timeout(30, read=0.01)
        with pytest.raises(httpx.ReadTimeout):
            async with asking.stream("GET", "/") as response:
                await response.aread()


async def test_a_streamed_answer_is_there_before_its_end_and_get_waits_for_it() -> None:
    app = Gated()
    async with opened(app) as response:
        assert await anext(response.aiter_raw()) == b"first"
        assert not app.gate.is_set()
    app.gate.set()
    async with serving(app) as address, client(address) as asking:
        assert (await asking.get("/")).content == b"firstsecond"


async def test_leaving_the_block_of_a_stream_hangs_up() -> None:
    app = Gated()
    async with serving(app) as address, client(address) as asking:
        async with asking.stream("GET", "/") as response:
            await anext(response.aiter_raw())
        await app.left.wait()  # without the gate: the generator was cancelled


async def test_an_error_status_of_a_stream_is_raised_by_nobody() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(iter([b"no"]), status_code=503)(scope, receive, send)

    async with opened(app) as response:
        assert await response.aread() == b"no"
        with pytest.raises(httpx.HTTPStatusError):
            response.raise_for_status()
