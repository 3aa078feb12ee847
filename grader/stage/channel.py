"""The stage's end of the control channel: how a scripted source asks the judge for its next item.

On the virtual clock the event loop's selector reads the channel, on its own thread (`receive`). On
real time a thread does (`read_forever`). A source may ask from a coroutine, from a worker thread
or, which is the mistake that the judge looks for, blockingly on the loop's own thread.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import selectors
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

from grader.control import Decoder, Message, encode
from grader.stage.ledger import Ledger
from grader.stage.where import Learner

Waiter = Callable[[Message], None]


class Clock(Protocol):
    """What the channel needs of a clock: `VirtualClock` and `RealClock` have it."""

    @property
    def now(self) -> float: ...

    def grant(self, moment: float) -> None: ...


class SourceFailed(Exception):
    """The script says that the source fails here. Scripted sources raise what real ones would."""


class Channel:
    """Sends what happens in the stage, and hands the judge's replies to whoever waits for them."""

    def __init__(
        self, connection: socket.socket, *, learner: Learner, clock: Clock, ledger: Ledger
    ) -> None:
        self.connection = connection
        self.learner = learner
        self.clock = clock
        self.ledger = ledger
        self.heard = 0  # messages from the judge
        self.owes_idle = False  # something was heard since the last word that nothing more happens
        self.on_request: dict[str, Callable[[Message], dict[str, Any]]] = {}
        self._decoder = Decoder()
        self._sending = threading.Lock()
        self._tickets = itertools.count(1)
        self._sources = itertools.count(1)
        self._waiting: dict[int, Waiter] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0
        self._reader_thread = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say which loop, on the calling thread, serves the learner's application."""
        self._loop, self._loop_thread = loop, threading.get_ident()

    @property
    def on_loop(self) -> bool:
        """Whether the calling thread is the one that the learner's application is served on."""
        return threading.get_ident() == self._loop_thread

    def new_source(self) -> int:
        """A number for a source that is about to be opened; it counts from 1."""
        return next(self._sources)

    def tell(self, kind: str, /, **fields: Any) -> None:
        """Send a message that needs no reply, with the time at which it was sent."""
        with self._sending:
            try:
                self.connection.sendall(encode(kind, now=self.clock.now, **fields))
            except ConnectionError:
                os._exit(0)

    async def ask(
        self, what: str, *, source: int, argument: str | None = None, position: int | None = None
    ) -> Message:
        """Ask the judge and wait for the reply. Raises `SourceFailed`.

        `argument` is what the learner's code gave to the source at its opening, and `position`
        says which item is meant, where the source knows; else it is the next one.

        A cancelled question is withdrawn, so that the item which it asked for is not lost.
        """
        assert self._loop is not None
        ticket = next(self._tickets)
        reply: asyncio.Future[Message] = self._loop.create_future()
        self._waiting[ticket] = lambda message: self._resolve(reply, message)
        line = self.learner.calling_line()
        self.tell(
            "ask",
            ticket=ticket,
            what=what,
            source=source,
            amount=1,
            argument=argument,
            position=position,
            on_loop=False,
            line=line,
        )
        try:
            return _checked(await reply)
        except asyncio.CancelledError:
            self._waiting.pop(ticket, None)
            self.tell("withdrawn", ticket=ticket)
            raise

    def ask_blocking(
        self, what: str, *, source: int, amount: int = 1, position: int | None = None
    ) -> Message:
        """Ask the judge and block the calling thread for the reply. Raises `SourceFailed`.

        `position` says which item is meant, where the source knows; else it is the next one.
        """
        on_loop = self.on_loop
        ticket, answered = next(self._tickets), threading.Lock()
        replies: list[Message] = []
        counted = self.ledger.counted

        def answer(message: Message) -> None:
            if counted:
                self.ledger.begin()
            replies.append(message)
            answered.release()

        answered.acquire()
        self._waiting[ticket] = answer
        self.tell(
            "ask",
            ticket=ticket,
            what=what,
            source=source,
            amount=amount,
            position=position,
            on_loop=on_loop,
            line=self.learner.calling_line(),
        )
        self.ledger.park()
        while on_loop and not self._reader_thread and not replies:
            self.receive()
        answered.acquire()
        return _checked(replies[0])

    def hear_during(self, call: Callable[[], None]) -> None:
        """Make a call that may wait for a thread, which may itself wait for the judge.

        On the thread that hears the judge it would never return: it is made on another one there.
        """
        if not self.on_loop or self._reader_thread:
            call()
            return
        done, finish = socket.socketpair()

        def make() -> None:
            with finish:
                call()

        caller = threading.Thread(target=make, daemon=True)
        with done, selectors.DefaultSelector() as selector:
            selector.register(done, selectors.EVENT_READ)
            selector.register(self.connection, selectors.EVENT_READ)
            caller.start()
            while not any(key.fileobj is done for key, _ in selector.select()):
                self.receive()
        caller.join()

    def receive(self) -> None:
        """Read what has come from the judge, blocking if nothing has, and act on it."""
        try:
            data = self.connection.recv(1 << 20)
        except ConnectionError:
            data = b""
        if not data:  # the judge is gone, and so is the reason to be here
            os._exit(0)
        for message in self._decoder.feed(data):
            self._act(message)

    def read_forever(self) -> None:
        """Read the channel on the calling thread, until the judge is gone."""
        self._reader_thread = threading.get_ident()
        while True:
            self.receive()

    def _act(self, message: Message) -> None:
        self.heard += 1
        self.owes_idle = True
        match message.kind:
            case "reply":
                waiter = self._waiting.pop(message["ticket"], None)
                if waiter is not None:  # else it was withdrawn while the reply was under way
                    waiter(message)
            case "settle":
                pass
            case "advance":
                self.clock.grant(message["to"])
            case kind:
                self.tell("answer", **self.on_request[kind](message))

    def _resolve(self, reply: asyncio.Future[Message], message: Message) -> None:
        def resolve() -> None:
            if not reply.done():
                reply.set_result(message)

        assert self._loop is not None
        if self._reader_thread:
            self._loop.call_soon_threadsafe(resolve)
        else:
            resolve()


def _checked(reply: Message) -> Message:
    if reply["outcome"] == "fails":
        raise SourceFailed(reply["reason"])
    return reply
