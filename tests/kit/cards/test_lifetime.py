"""Cards about the life of a stream: who notices that the client has gone, and what is released."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any

import anyio
import pytest
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from .asking import GET, Visit, exchange, serving


def streaming(make: Callable[[], Any], **options: Any) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(make(), **options)(scope, receive, send)

    return app


async def test_a_generator_is_cancelled_at_its_await_when_the_client_leaves() -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def silent() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        except BaseException as error:
            ended.put_nowait(type(error).__name__)
            raise

    async with serving(streaming(silent)) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(GET)
        await reader.readuntil(b"first")
        writer.transport.abort()
        assert await ended.get() == "CancelledError"


async def test_uvicorn_declares_the_version_in_which_sending_raises_nothing() -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["asgi"]["spec_version"])
        await StreamingResponse(iter([b"a"]))(scope, receive, send)

    async with serving(app) as address:
        await exchange(address, GET)
    assert seen == ["2.3"]


async def test_from_version_2_4_a_send_that_fails_is_the_clients_leaving() -> None:
    class Gone(Visit):
        async def send(self, message: dict[str, Any]) -> None:
            raise OSError("the client has gone")

    with pytest.raises(ClientDisconnect):
        await Gone(spec_version="2.4").by(StreamingResponse(iter([b"a"])))


async def test_a_clean_up_that_awaits_is_cut_off_unless_it_is_shielded() -> None:
    order: list[str] = []

    async def source(visit: Visit, *, shield: bool) -> AsyncIterator[bytes]:
        try:
            visit.left.set()
            await asyncio.Event().wait()
            yield b""
        finally:
            order.append("begun")
            with anyio.CancelScope(shield=shield):
                await asyncio.sleep(0)
                order.append("finished")

    for shield, expected in ((False, ["begun"]), (True, ["begun", "finished"])):
        order.clear()
        visit = Visit()
        await visit.by(StreamingResponse(source(visit, shield=shield)))
        assert order == expected


async def test_the_clean_up_of_a_synchronous_generator_waits_for_the_collector() -> None:
    released: list[int] = []

    def source(visit: Visit) -> Iterator[bytes]:
        try:
            for number in range(1000):
                if number == 1:
                    asyncio.run_coroutine_threadsafe(leave(visit), loop).result()
                yield b"a"
        finally:
            released.append(threading.get_ident())

    async def leave(visit: Visit) -> None:
        visit.left.set()

    loop = asyncio.get_running_loop()
    gc.collect()
    gc.disable()
    try:
        visit = Visit()
        await visit.by(StreamingResponse(source(visit)))
        del visit
        assert released == []
    finally:
        gc.enable()
        gc.collect()
    assert released == [threading.get_ident()]  # on the event loop's thread, at that


async def test_a_generator_that_is_left_at_its_yield_is_closed_by_aclosing() -> None:
    closed: list[bool] = []

    async def source() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    items = source()
    async for _ in items:
        break
    assert closed == []
    async with aclosing(items):  # type: ignore[type-var]
        pass
    assert closed == [True]


async def test_a_yield_after_the_generator_is_closed_is_an_error() -> None:
    async def source() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            yield 2

    items = source()
    await anext(items)
    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        await items.aclose()  # type: ignore[attr-defined]


async def test_a_timeout_around_a_yield_ends_what_the_consumer_does() -> None:
    async def source() -> AsyncIterator[int]:
        async with asyncio.timeout(0.001):
            yield 1

    items = source()
    await anext(items)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.Event().wait()  # it is the consumer who waits, and who is cancelled
    task = asyncio.current_task()
    assert task is not None
    task.uncancel()
    await items.aclose()  # type: ignore[attr-defined]


async def test_a_background_task_runs_after_the_last_byte() -> None:
    visit = Visit()

    def after() -> None:
        assert visit.sent[-1]["more_body"] is False
        visit.sent.append({"type": "after"})

    await visit.by(StreamingResponse(iter([b"a"]), background=BackgroundTask(after)))
    assert visit.sent[-1]["type"] == "after"


async def test_the_access_log_is_written_when_the_answer_starts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    at_the_first_item: list[int] = []

    async def items() -> AsyncIterator[bytes]:
        at_the_first_item.append(len(lines()))
        yield b"a"

    def lines() -> list[str]:
        return [record.message for record in caplog.records if record.name == "uvicorn.access"]

    with caplog.at_level(logging.INFO, logger="uvicorn.access"):
        async with serving(streaming(items)) as address:
            await exchange(address, GET)
    assert at_the_first_item == [1]
    assert len(lines()) == 1
