"""One stage: the learner's application under uvicorn, on virtual or on real time."""

from __future__ import annotations

import asyncio
import gc
import inspect
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import CoroutineType
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from grader.platforms import trim
from grader.stage.channel import Channel
from grader.stage.clock import RealClock, VirtualClock, VirtualLoop
from grader.stage.where import text_of

# Where there is no peer address (Unix sockets), the scope says what production would say.
_UVICORN = str(Path(uvicorn.__file__).parent)
CLIENT, SERVER = ("127.0.0.1", 50000), ("127.0.0.1", 8000)


@dataclass(slots=True)
class Watched:
    """The application as uvicorn calls it: a failure is reported, and then left to uvicorn."""

    app: ASGIApp
    channel: Channel
    before: set[asyncio.Task[Any]] | None = None  # the tasks before the first request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["client"] = scope.get("client") or CLIENT
            scope["server"] = SERVER
            if self.before is None:
                self.before = asyncio.all_tasks() - {
                    cast("asyncio.Task[Any]", asyncio.current_task())
                }
        try:
            await self.app(scope, receive, send)
        except BaseException as error:
            report(self.channel, error)
            raise

    def tasks_left(self, loop: asyncio.AbstractEventLoop) -> list[str]:
        """The coroutines that requests have begun and that have not ended.

        Only the learner's own and uvicorn's: SQLAlchemy leaves a task of its own behind when a
        connection is terminated under cancellation, which is not the learner's to mend.
        """
        begun = asyncio.all_tasks(loop) - (self.before or asyncio.all_tasks(loop))
        left = [task.get_coro() for task in begun]
        return sorted(c.__qualname__ for c in left if inspect.iscoroutine(c) and self._ours(c))

    def _ours(self, coroutine: CoroutineType[Any, Any, Any]) -> bool:
        file = coroutine.cr_code.co_filename
        return file == str(self.channel.learner.file) or file.startswith(_UVICORN)


def report(channel: Channel, error: BaseException) -> None:
    """Tell the judge what was raised, and on which line of the learner's file."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    channel.tell(
        "raised",
        type=type(error).__name__,
        text=text_of(error),
        line=channel.learner.raising_line(error.__traceback__),
    )


def serve_virtual(
    app: FastAPI, listener: socket.socket, channel: Channel, clock: VirtualClock
) -> None:
    """Serve until the process is ended, on the judge's clock."""
    gc.disable()  # when garbage is collected is the judge's decision, too
    report_sleeps(channel, clock)
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(channel, clock)) as runner:
        runner.run(_serve_virtual(app, listener, channel))


async def _serve_virtual(app: FastAPI, listener: socket.socket, channel: Channel) -> None:
    watched = Watched(app, channel)
    server = uvicorn.Server(_config(watched))
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    await server.on_tick(0)  # sets the Date header; uvicorn's main loop would tick for ever
    _answer_requests(watched)
    await asyncio.Event().wait()


def serve_real(app: FastAPI, listener: socket.socket, channel: Channel, clock: RealClock) -> None:
    """Serve until the process is ended, as `uvicorn` does."""
    clock.loop_thread = threading.get_ident()
    report_sleeps(channel, clock)
    asyncio.run(_serve_real(app, listener, channel))


async def _serve_real(app: FastAPI, listener: socket.socket, channel: Channel) -> None:
    watched = Watched(app, channel)
    channel.attach(asyncio.get_running_loop())
    _answer_requests(watched)
    threading.Thread(target=channel.read_forever, daemon=True).start()
    await uvicorn.Server(_config(watched)).serve(sockets=[listener])


def report_sleeps(channel: Channel, clock: VirtualClock | RealClock) -> None:
    """Tell the judge of each `time.sleep` on the loop's own thread."""
    clock.on_loop_sleep = lambda seconds: channel.tell(
        "slept", seconds=seconds, line=channel.learner.calling_line()
    )


def _config(watched: Watched) -> uvicorn.Config:
    config = uvicorn.Config(
        watched, http="h11", ws="none", loop="asyncio", log_config=None, access_log=False
    )
    config.load()
    return config


def _answer_requests(watched: Watched) -> None:
    loop, channel = asyncio.get_running_loop(), watched.channel
    loop.set_exception_handler(lambda _, context: _report_context(channel, context))
    channel.on_request = {
        "tasks": lambda _: {"tasks": watched.tasks_left(loop)},
        "where": lambda _: {"lines": channel.learner.waiting_lines()},
        "collect": lambda _: {"collected": gc.collect()},
        "trim": lambda _: {"trimmed": trim()},
    }


def _report_context(channel: Channel, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        report(channel, error)
    else:
        print(context.get("message"), file=sys.stderr)
