"""A reference over a source that hands out its items when the test says so, on a real uvicorn."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import uvicorn

from grader.application import live_application
from grader.catalogue import Exercise
from grader.control import Message
from grader.stage.channel import Channel


class Turns:
    """Takes the place of the channel through which a scripted source asks the judge."""

    def __init__(self, *, welcome: Any = None) -> None:
        """`welcome` is what the opening of the source is answered with."""
        self._welcome = welcome
        self._replies: asyncio.Queue[Message] = asyncio.Queue()
        self._asked = asyncio.Condition()
        self._questions = 0
        self._sources = itertools.count(1)

    def hand_over(self, item: Any) -> None:
        """Let the source have its next item: bytes as they are, and anything else as JSON."""
        value, payload = (None, item) if isinstance(item, bytes) else (item, b"")
        self._replies.put_nowait(Message("reply", {"outcome": "item", "value": value}, payload))

    def end(self) -> None:
        """Let the source end after what has been handed over."""
        self._replies.put_nowait(Message("reply", {"outcome": "ends"}))

    async def asked_for(self, number: int) -> None:
        """Wait until the source is asked for its `number`th item."""
        async with self._asked:
            await self._asked.wait_for(lambda: self._questions >= number)

    # What scripted sources use of a channel.

    def new_source(self) -> int:
        return next(self._sources)

    def tell(self, kind: str, /, **fields: Any) -> None:
        """Nobody listens."""

    async def ask(self, what: str, **_: Any) -> Message:
        if what != "pull":
            return Message("reply", {"outcome": "item", "value": self._welcome})
        async with self._asked:
            self._questions += 1
            self._asked.notify_all()
        return await self._replies.get()


@asynccontextmanager
async def serving(exercise: Exercise, turns: Turns) -> AsyncIterator[str]:
    """Serve the references in this process, that of `exercise` by `turns`. Gives the address."""
    app = live_application("solutions")
    scripted = importlib.import_module(f"sources.scripted.{exercise.source}")
    app.dependency_overrides |= scripted.overrides(cast(Channel, turns))
    # With the protocol spelt out asyncio sets TCP_NODELAY: what is written arrives without delay.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=0)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield "http://{}:{}".format(*listener.getsockname())
        finally:
            server.should_exit = True
            await running
