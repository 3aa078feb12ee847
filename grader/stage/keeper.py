"""The loop of whoever has loaders for judges: the zygote, which forks them, or `fresh`."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import socket
from pathlib import Path
from typing import Protocol

from grader.control import Decoder, Message
from grader.stage import process
from grader.stage.process import Orders


class Guardian:
    """The child that is the parent of a loader, and ends what that leaves behind.

    A `link`, if it has one, tells the judge of the loader's process, and ends with the guardian.
    """

    def __init__(self, pid: int, link: socket.socket | None = None) -> None:
        self.pid = pid
        self.link = link
        self._loader: int | None = None
        self._decoder = Decoder()

    def relay(self, judge: socket.socket) -> bool:
        """Pass on to the judge what the link tells. Returns False at its end."""
        assert self.link is not None
        data = b""
        with contextlib.suppress(ConnectionError):
            data = self.link.recv(1 << 16)
        for message in self._decoder.feed(data):
            self._loader = message.fields.get("pid")  # none: it has ended
        with contextlib.suppress(ConnectionError):
            judge.sendall(data)
        return bool(data)

    def end(self) -> None:
        """End it, and the loader first: not every system ends that with its parent."""
        if self._loader is not None:
            process.kill(self._loader)
        process.end(self.pid)
        if self.link is not None:
            self.link.close()


class Nursery(Protocol):
    """Where loaders come from."""

    def start(
        self, job: Message, *, judge: socket.socket, channel: int, output: int, trace: int
    ) -> Guardian:
        """Have a loader do a job."""
        ...

    def idle(self) -> set[int]:
        """The children that are nobody's guardian yet."""
        ...


class _Judge:
    """One who orders a loader, and has it ended by closing the connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.orders = Orders(connection)
        self.guardian: Guardian | None = None


class Keeper:
    """Gives each judge that connects to `judges` the loader that it orders."""

    def __init__(self, judges: socket.socket, nursery: Nursery) -> None:
        self._judges = judges
        self._nursery = nursery
        self._known: set[_Judge] = set()
        self._selector = selectors.DefaultSelector()

    def serve(self, lifeline: int) -> None:
        """Do so until the lifeline ends; then end everything."""
        self._selector.register(self._judges, selectors.EVENT_READ)
        self._selector.register(lifeline, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fd == lifeline:
                    self._end_all()
                    return
                if key.fileobj is self._judges:
                    judge = _Judge(self._judges.accept()[0])
                    self._known.add(judge)
                    self._selector.register(judge.connection, selectors.EVENT_READ, judge)
                elif key.data in self._known:  # not dismissed a moment ago
                    orders = key.fileobj is key.data.connection
                    if not (self._obey(key.data) if orders else self._relay(key.data)):
                        self._dismiss(key.data)

    def _obey(self, judge: _Judge) -> bool:
        """Do what a judge orders. Returns False when it orders nothing more."""
        messages = judge.orders.receive()
        if messages is None:
            return False
        for message in messages:
            channel, output, trace = judge.orders.take(3)
            guardian = self._nursery.start(
                message, judge=judge.connection, channel=channel, output=output, trace=trace
            )
            judge.guardian = guardian
            if guardian.link is not None:
                self._selector.register(guardian.link, selectors.EVENT_READ, judge)
            for descriptor in (channel, output, trace):
                os.close(descriptor)
        return True

    def _relay(self, judge: _Judge) -> bool:
        assert judge.guardian is not None
        return judge.guardian.relay(judge.connection)

    def _dismiss(self, judge: _Judge) -> None:
        self._known.remove(judge)
        self._selector.unregister(judge.connection)
        if judge.guardian is not None:
            if judge.guardian.link is not None:
                self._selector.unregister(judge.guardian.link)
            judge.guardian.end()
        process.end_orphans(keep=self._guardians() | self._nursery.idle())
        if judge.guardian is not None:
            process.remove_temporary_folder(judge.guardian.pid)
        judge.connection.close()

    def _guardians(self) -> set[int]:
        return {judge.guardian.pid for judge in self._known if judge.guardian is not None}

    def _end_all(self) -> None:
        for judge in self._known:
            if judge.guardian is not None:
                judge.guardian.end()
        for pid in self._nursery.idle():
            process.end(pid)
        process.end_orphans(keep=set())
        shutil.rmtree(Path(self._judges.getsockname()).parent, ignore_errors=True)
