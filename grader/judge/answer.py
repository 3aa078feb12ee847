"""A learner's file, loaded: it yields a fresh stage for each behaviour."""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.catalogue import Exercise
from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.evidence import NotGradable
from grader.judge.patience import GLANCE, Patience
from grader.judge.script import Script
from grader.judge.stage import Outlets, Stage
from grader.judge.zygote import forget, listen


AHEAD = 3  # a fork and a server's start cost more than most behaviours


class Mailbox:
    """Messages from a process that may hang or die before it has sent them."""

    def __init__(self, connection: socket.socket, outlets: Outlets) -> None:
        self.connection = connection
        self._outlets = outlets
        self._decoder = Decoder()
        self._messages: list[Message] = []

    def next(self, *kinds: str, patience: Patience | None = None) -> Message:
        """The next message of one of `kinds`; others are left for later.

        Raises `NotGradable` when the process ends, or when `patience` is exhausted.
        """
        self.connection.settimeout(GLANCE)
        while True:
            for index, message in enumerate(self._messages):
                if message.kind in kinds:
                    return self._messages.pop(index)
            self._outlets.drain()
            if patience and (reason := patience.exhausted()):
                raise NotGradable(f"importing the file {reason}.")
            self._receive()

    def _receive(self) -> None:
        data = None
        with contextlib.suppress(ConnectionError):
            try:
                data = self.connection.recv(1 << 16)
            except TimeoutError:
                return
        if not data:
            raise NotGradable("the file ended the process while it was being imported.")
        try:
            self._messages += self._decoder.feed(data)
        except ProtocolViolation as error:
            raise NotGradable(
                f"importing the file wrote to a descriptor that is not its own ({error})."
            ) from None


@dataclass(frozen=True, slots=True)
class Berth:
    """Where a stage will be: its control channel, and the socket on which it will listen."""

    control: socket.socket
    listener: socket.socket
    theirs: socket.socket
    address: str

    @classmethod
    def prepare(cls, directory: Path) -> Self:
        control, theirs = socket.socketpair()
        listener, address = listen(directory)
        return cls(control, listener, theirs, address)

    def board(self, loader: socket.socket, order: str) -> None:
        """Hand the descriptors to the loader with its order, and keep only our own end."""
        with self.theirs, self.listener:
            descriptors = [self.theirs.fileno(), self.listener.fileno()]
            socket.send_fds(loader, [encode(order)], descriptors)


class Answer:
    """One file as one exercise. A context manager: entering it loads the file.

    Entering, and asking for a stage, raise `NotGradable` if the file cannot be loaded.
    """

    def __init__(self, *, zygote: str, exercise: Exercise, file: Path, real: bool) -> None:
        self.exercise = exercise
        self.file = file
        self.real = real
        self.outlets = Outlets()
        self._zygote_address = zygote
        self._ahead: deque[Berth] = deque()  # stages that are forked while another is judged
        self._connections = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._order()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    @contextmanager
    def stage(self, script: Script) -> Iterator[Stage]:
        """A fresh stage whose source follows `script`; it is ended afterwards."""
        self._spawn(AHEAD if self._forkable else 1)
        berth = self._ahead.popleft()
        pid = int(self._loader.next("spawned")["pid"]) if self._forkable else self._pid
        stage = Stage(
            control=berth.control,
            address=berth.address,
            pid=pid,
            file=self.file,
            outlets=self.outlets,
            script=script,
            real=self.real,
            exit_status=lambda: self._end(pid),
        )
        try:
            yield stage
        finally:
            stage.close()
            forget(berth.address)
            if stage.alive:
                self._loader.connection.sendall(encode("end", pid=pid))
            if not self._forkable:
                self._reload()

    def _close(self) -> None:
        """Let go of the loader, which the zygote then ends with all that it has started."""
        self._connections.close()
        for berth in self._ahead:
            berth.control.close()
            forget(berth.address)
        self.outlets.drain()
        self.outlets.close()

    def _order(self) -> None:
        """Have a loader forked, and wait until it has imported the file."""
        zygote = self._connections.enter_context(socket.socket(socket.AF_UNIX))
        zygote.connect(self._zygote_address)
        ours, theirs = socket.socketpair()
        self._connections.enter_context(ours)
        self._loader = Mailbox(ours, self.outlets)
        job = {
            "file": str(self.file),
            "method": self.exercise.method,
            "path": self.exercise.path,
            "source": self.exercise.source,
            "mode": "real" if self.real else "virtual",
        }
        with theirs:
            descriptors = [theirs.fileno(), *self.outlets.ends]
            socket.send_fds(zygote, [encode("load", **job)], descriptors)
        forked = Mailbox(zygote, self.outlets).next("forked")
        self._pid = int(forked["pid"])
        message = self._loader.next("loaded", "refused", patience=Patience(self._pid))
        if message.kind == "refused":
            raise NotGradable(message["reason"], message["line"])
        self._forkable = bool(message["forkable"])

    def _spawn(self, count: int) -> None:
        """Order stages until so many are ahead."""
        while len(self._ahead) < count:
            berth = Berth.prepare(Path(self._zygote_address).parent)
            berth.board(self._loader.connection, "spawn" if self._forkable else "become")
            self._ahead.append(berth)

    def _end(self, pid: int) -> int | None:
        """End a stage that has ended by itself, and say how it did (negative: by a signal)."""
        if not self._forkable:
            return None
        self._loader.connection.sendall(encode("status", pid=pid))
        status: int | None = self._loader.next("status")["status"]
        return status

    def _reload(self) -> None:
        self._connections.close()
        self._order()
