"""Cards about what stands between an endpoint and its client in one process."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from .asking import Visit, until, within


class Turns:
    """An application whose second item waits until the test has seen what the first one did."""

    def __init__(self, media_type: str = "text/plain") -> None:
        self.media_type = media_type
        self.gate = asyncio.Event()
        self.made = 0

    async def items(self) -> AsyncIterator[bytes]:
        self.made = 1
        yield b"first"
        await self.gate.wait()
        self.made = 2
        yield b"second"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        response = StreamingResponse(self.items(), media_type=self.media_type)
        await response(scope, receive, send)


class Reading(Visit):
    """Opens the gate at the first bytes, so a middleware that keeps them back never ends."""

    async def read(self, app: Any, turns: Turns) -> list[bytes]:
        asking = asyncio.create_task(self.by(app))
        await until(lambda: self.bodies)
        assert turns.made == 1
        turns.gate.set()
        await asking
        return self.bodies


GZIP = [(b"accept-encoding", b"gzip")]


async def test_compression_flushes_each_item() -> None:
    turns, decoder = Turns(), zlib.decompressobj(wbits=31)
    bodies = await Reading(headers=GZIP).read(GZipMiddleware(turns), turns)
    assert [decoder.decompress(body) for body in bodies][:2] == [b"first", b"second"]


async def test_events_are_not_compressed() -> None:
    turns = Turns("text/event-stream")
    visit = Reading(headers=GZIP)
    assert await visit.read(GZipMiddleware(turns), turns) == [b"first", b"second"]
    assert b"content-encoding" not in dict(visit.sent[0]["headers"])


async def test_compression_drops_the_length() -> None:
    response = StreamingResponse(iter([b"a" * 600]), headers={"content-length": "600"})
    visit = await Visit(headers=GZIP).by(GZipMiddleware(response))
    assert b"content-length" not in dict(visit.sent[0]["headers"])


async def test_a_base_http_middleware_passes_items_on() -> None:
    turns = Turns()

    async def untouched(request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)

    app = BaseHTTPMiddleware(turns, dispatch=untouched)
    assert await Reading().read(app, turns) == [b"first", b"second"]


async def test_a_middleware_that_reads_the_body_ends_the_streaming() -> None:
    made_at_first_body: list[int] = []
    turns = Turns()
    turns.gate.set()

    async def joining(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response: Any = await call_next(request)
        body = b"".join([part async for part in response.body_iterator])
        made_at_first_body.append(turns.made)
        return Response(body)

    visit = await Visit().by(BaseHTTPMiddleware(turns, dispatch=joining))
    assert visit.bodies == [b"firstsecond"]
    assert made_at_first_body == [2]


async def test_the_transport_of_httpx_gives_nothing_before_the_end() -> None:
    turns = Turns()
    async with within(turns) as asking:
        opened = asyncio.create_task(asking.send(asking.build_request("GET", "/"), stream=True))
        await until(lambda: turns.made)
        done, _ = await asyncio.wait({opened}, timeout=0)
        assert not done
        turns.gate.set()
        response = await opened
        assert turns.made == 2
        await response.aclose()


def test_the_test_client_leaves_an_endless_stream() -> None:
    closed = []

    async def endless() -> AsyncIterator[str]:
        number = 0
        try:
            while True:
                yield f"{(number := number + 1)}\n"
                await asyncio.sleep(0)
        finally:
            closed.append(True)

    async def endpoint(request: Request) -> StreamingResponse:
        return StreamingResponse(endless())

    app = Starlette(routes=[Route("/", endpoint)])
    with TestClient(app) as asking, asking.stream("GET", "/") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["1", "2", "3"]
    assert closed == [True]


@pytest.mark.parametrize("end", ["complete", "cut"])
async def test_a_pure_middleware_learns_how_a_stream_ended(end: str) -> None:
    ended: list[str] = []

    async def items() -> AsyncIterator[bytes]:
        yield b"a"
        if end == "cut":
            raise OSError("the source broke off")

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        complete = False

        async def watched(message: Any) -> None:
            nonlocal complete
            complete = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await StreamingResponse(items())(scope, receive, watched)
        finally:
            ended.append("complete" if complete else "cut")

    try:
        await Visit().by(counting)
    except* OSError:
        pass
    assert ended == [end]
