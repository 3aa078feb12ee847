"""Cards about the event loop: what runs on it, what holds it up, what goes to worker threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse
from starlette.responses import StreamingResponse

from .asking import Visit, running, serving, until

ITEMS = 10_000


async def test_a_synchronous_generator_runs_in_a_worker_thread() -> None:
    seen: dict[str, int] = {}

    def blocking() -> Iterator[bytes]:
        seen["def"] = threading.get_ident()
        yield b"a"

    async def awaiting() -> AsyncIterator[bytes]:
        seen["async def"] = threading.get_ident()
        yield b"a"

    await Visit().by(StreamingResponse(blocking()))
    await Visit().by(StreamingResponse(awaiting()))
    assert seen["async def"] == threading.get_ident()
    assert seen["def"] != threading.get_ident()


class Elsewhere:
    """Something else that the loop has to do: `call` asks it to, from another thread, and waits."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.loop = asyncio.get_running_loop()

    def call(self, *, patience: float) -> bool:
        self.loop.call_soon_threadsafe(self.done.set)
        return self.done.wait(patience)


async def test_a_blocking_call_holds_up_the_loop_in_an_asynchronous_generator() -> None:
    elsewhere, had_its_turn = Elsewhere(), []

    async def awaiting() -> AsyncIterator[bytes]:
        had_its_turn.append(elsewhere.call(patience=0.001))
        yield b"a"

    await Visit().by(StreamingResponse(awaiting()))
    assert had_its_turn == [False]


async def test_a_blocking_call_holds_up_nobody_in_a_synchronous_generator() -> None:
    elsewhere, had_its_turn = Elsewhere(), []

    def blocking() -> Iterator[bytes]:
        had_its_turn.append(elsewhere.call(patience=30))
        yield b"a"

    await Visit().by(StreamingResponse(blocking()))
    assert had_its_turn == [True]


async def test_forty_synchronous_streams_leave_no_thread_for_an_endpoint() -> None:
    limiter = anyio.to_thread.current_default_thread_limiter()
    assert limiter.total_tokens == 40
    gate = threading.Event()

    def waiting() -> Iterator[bytes]:
        gate.wait()
        yield b"a"

    app = FastAPI()

    @app.get("/")
    def endpoint() -> int:
        return 1

    streams = [asyncio.create_task(Visit().by(StreamingResponse(waiting()))) for _ in range(40)]
    try:
        await until(lambda: limiter.borrowed_tokens == 40)
        visit = Visit()
        asked = asyncio.create_task(visit.by(app))
        await until(lambda: limiter.statistics().tasks_waiting)
        assert visit.sent == []
    finally:
        gate.set()
    await asyncio.gather(*streams, asked)
    assert visit.bodies == [b"1"]


async def test_a_generator_that_never_awaits_outlives_its_client() -> None:
    made = []

    async def greedy(*, checkpoint: bool) -> AsyncIterator[bytes]:
        for number in range(ITEMS):
            made.append(number)
            if checkpoint:
                await asyncio.sleep(0)
            yield b"a"

    for checkpoint in (False, True):
        made.clear()
        visit = Visit()
        visit.left.set()
        await visit.by(StreamingResponse(greedy(checkpoint=checkpoint)))
        assert (len(made) == ITEMS) is not checkpoint


async def test_an_endpoint_that_yields_is_given_its_checkpoints() -> None:
    app, made = FastAPI(), []

    @app.get("/", response_class=EventSourceResponse)
    async def greedy() -> AsyncIterator[int]:
        for number in range(ITEMS):
            made.append(number)
            yield number

    visit = Visit()
    visit.left.set()
    await visit.by(app)
    assert len(made) < ITEMS


async def test_a_slow_reader_makes_send_wait() -> None:
    piece, most, made = bytes(1 << 20), 256, 0

    async def pieces() -> AsyncIterator[bytes]:  # it awaits nothing: only `send` can
        nonlocal made
        for made in range(1, most + 1):  # noqa: B007
            yield piece

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(pieces())(scope, receive, send)

    async with serving(app) as address:
        _, stalled = await asyncio.open_connection(*address, limit=1)
        stalled.write(b"GET / HTTP/1.1\r\nHost: app\r\n\r\n")
        await until(lambda: made)
        assert made < most  # that this line is run shows that the generator was made to wait
        stalled.transport.abort()


async def test_context_variables_are_seen_inside_a_generator() -> None:
    request_id: ContextVar[str] = ContextVar("request_id")

    async def awaiting() -> AsyncIterator[str]:
        yield request_id.get()

    def blocking() -> Iterator[str]:
        yield request_id.get()

    request_id.set("r-1")
    assert (await Visit().by(StreamingResponse(awaiting()))).bodies == [b"r-1"]
    assert (await Visit().by(StreamingResponse(blocking()))).bodies == [b"r-1"]


async def test_a_stream_holds_up_the_end_of_a_server_for_ever_by_default() -> None:
    assert uvicorn.Config(Visit().by).timeout_graceful_shutdown is None
    gate = asyncio.Event()

    async def items() -> AsyncIterator[bytes]:
        yield b"first"
        await gate.wait()
        yield b"last"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(items())(scope, receive, send)

    async with running(app, timeout_graceful_shutdown=None) as (server, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n")
        await reader.readuntil(b"first\r\n")
        server.should_exit = True
        await until(lambda: not (server.servers and server.servers[0].is_serving()))
        gate.set()  # and still the stream goes on to its end
        assert (await reader.read(-1)).endswith(b"last\r\n0\r\n\r\n")
        writer.close()
        await writer.wait_closed()
