"""One stage of a client exercise: it calls the learner's function, as the judge says.

From the judge                                   To the judge
    call     with arguments; starts it               yielded   an item of an async generator
    next     asks a generator for an item            returned  the value, or that no item is left
    stop     closes a generator, as `break` does     raised    the types, the text and the line
    cancel   cancels what is awaited                 called    a callback, with its arguments
                                                     misfit    it gave neither of the two
                                                     dialled   not by the event loop
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import random
import socket
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.control import Message
from grader.platforms import peak, trim
from grader.stage.channel import Channel
from grader.stage.clock import RealClock, VirtualClock
from grader.stage.dialling import DiallingLoop, report_dialling
from grader.stage.plain import plain
from grader.stage.server import report_sleeps
from grader.stage.where import text_of

Function = Callable[..., Any]


def call_virtual(
    function: Function, listener: socket.socket, channel: Channel, clock: VirtualClock
) -> None:
    """Call as the judge says until the process is ended, on the judge's clock."""
    gc.disable()  # when garbage is collected is the judge's decision, too
    report_sleeps(channel, clock)
    report_dialling(channel)
    judge = listener.getsockname()
    listener.close()  # the judge's own end of it stays open

    def loop() -> asyncio.AbstractEventLoop:
        return DiallingLoop(channel, clock, judge=judge)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(_call_virtual(function, channel))


def call_real(function: Function, channel: Channel, clock: RealClock) -> None:
    """Call as the judge says until the process is ended, in real time."""
    clock.loop_thread = threading.get_ident()
    report_sleeps(channel, clock)
    asyncio.run(_call_real(function, channel))


async def _call_real(function: Function, channel: Channel) -> None:
    channel.attach(asyncio.get_running_loop())
    _answer_requests(function, channel)
    threading.Thread(target=channel.read_forever, daemon=True).start()
    await asyncio.Event().wait()


async def _call_virtual(function: Function, channel: Channel) -> None:
    _answer_requests(function, channel)
    await asyncio.Event().wait()


def _answer_requests(function: Function, channel: Channel) -> None:
    loop = asyncio.get_running_loop()
    caller = Caller(function, channel, loop, before=asyncio.all_tasks())
    channel.on_request = caller.answers()


@dataclass(slots=True)
class Caller:
    """Runs one call at a time, or one beside another that is then left as it is.

    The judge may be heard in another thread than the loop's.
    """

    function: Function
    channel: Channel
    loop: asyncio.AbstractEventLoop
    running: asyncio.Task[None] | None = None
    orders: asyncio.Queue[Coroutine[Any, Any, None]] = field(default_factory=asyncio.Queue)
    under_way: set[Coroutine[Any, Any, None]] = field(default_factory=set)
    items: AsyncGenerator[Any, Any] | None = None
    item: Any = None  # the last one of those
    aside: list[tuple[asyncio.Task[None], AsyncGenerator[Any, Any] | None]] = field(
        default_factory=list
    )  # calls that are left under way, with what they iterate over
    before: set[asyncio.Task[Any]] = field(default_factory=set)  # the tasks before the first call

    def answers(self) -> dict[str, Callable[[Message], dict[str, Any]]]:
        """What the judge may ask of this stage."""
        return {
            "call": self._call,
            "next": lambda _: self._go_on(self._next()),
            "stop": lambda _: self._go_on(self._stop()),
            "cancel": lambda _: self._cancel(),
            "under_way": lambda _: {"under_way": len(self.under_way)},
            "tasks": lambda _: {"tasks": self._tasks_left()},
            "where": lambda _: {"lines": self.channel.learner.waiting_lines()},
            "collect": lambda _: {"collected": gc.collect()},
            "trim": lambda _: {"trimmed": trim()},
            "peak": lambda _: {"peak": peak()},
        }

    def _call(self, message: Message) -> dict[str, Any]:
        given = dict(message["arguments"])
        for name in message["paths"]:
            given[name] = Path(given[name])
        for name in message["callbacks"]:
            given[name] = self._callback(name)
        if not message["beside"]:
            random.seed(1)  # what is left to chance, as jitter is, gets the same verdict each time
        self.loop.call_soon_threadsafe(self._make_way, message["beside"])
        return self._go_on(self._begin(given))

    def _callback(self, name: str) -> Callable[..., None]:
        def called(*arguments: Any, **named: Any) -> None:
            values = [plain(value) for value in arguments]
            self.channel.tell("called", name=name, arguments=[*values, *map(plain, named.values())])

        return called

    def _make_way(self, beside: bool) -> None:
        """The call that is under way is cancelled, or set aside."""
        if self.running is not None and beside:
            self.aside.append((self.running, self.items))
        elif self.running is not None:
            self.running.cancel()
        self.running = self.items = self.item = None

    def _go_on(self, what: Coroutine[Any, Any, None]) -> dict[str, Any]:
        self.loop.call_soon_threadsafe(self._order, what)
        return {}

    def _order(self, what: Coroutine[Any, Any, None]) -> None:
        if self.running is None or self.running.done():
            self.orders = asyncio.Queue()
            self.running = self.loop.create_task(self._obey(self.orders))
        self.orders.put_nowait(what)

    async def _obey(self, orders: asyncio.Queue[Coroutine[Any, Any, None]]) -> None:
        """One task for the whole of a call, as whoever iterates over a generator is.

        It ends when it is cancelled, though what it awaited has made a report of that.
        """
        task = asyncio.current_task()
        while task is not None and not task.cancelling():
            what = await orders.get()
            self.under_way.add(what)
            try:
                await what
            finally:
                self.under_way.discard(what)

    def _cancel(self) -> dict[str, Any]:
        self.loop.call_soon_threadsafe(self._cancel_all)
        return {}

    def _cancel_all(self) -> None:
        while self.aside:
            self.aside.pop()[0].cancel()
        if self.running is not None:
            self.running.cancel()

    async def _begin(self, given: dict[str, Any]) -> None:
        try:
            result = self.function(**given)
        except BaseException as error:
            self._report(error)
            return
        if inspect.isasyncgen(result):
            self.items = result
            return
        if inspect.isawaitable(result):
            await self._await(result)
            return
        if hasattr(result, "__aiter__"):
            self.items = _generator(result)
            return
        self.channel.tell("misfit", type=type(result).__name__)

    async def _await(self, result: Awaitable[Any]) -> None:
        try:
            value = await result
        except BaseException as error:
            self._report(error)
        else:
            self.channel.tell("returned", value=plain(value))

    async def _next(self) -> None:
        if self.items is None:
            return
        try:
            value = await anext(self.items)
        except StopAsyncIteration:
            self.channel.tell("returned", value=None)
        except BaseException as error:
            self._report(error)
        else:
            same = value is self.item and isinstance(value, dict | list)
            self.item = value
            self.channel.tell("yielded", value=plain(value), same=same)

    async def _stop(self) -> None:
        if self.items is None:
            return
        try:
            await self.items.aclose()
        except BaseException as error:
            self._report(error)
        else:
            self.channel.tell("returned", value=None)

    def _report(self, error: BaseException) -> None:
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        self.channel.tell(
            "raised",
            type=type(error).__name__,
            types=[each.__name__ for each in type(error).__mro__],
            text=text_of(error),
            line=self.channel.learner.raising_line(error.__traceback__),
        )

    def _tasks_left(self) -> list[str]:
        """The coroutines that calls have begun and that have not ended."""
        begun = asyncio.all_tasks(self.loop) - self.before - {self.running}
        left = [task.get_coro() for task in begun]
        ours = str(self.channel.learner.file)
        return sorted(
            c.__qualname__ for c in left if inspect.iscoroutine(c) and c.cr_code.co_filename == ours
        )


async def _generator(iterable: Any) -> AsyncGenerator[Any, None]:
    async for item in iterable:
        yield item
