"""A learner's file, loaded: it yields a fresh stage for each behaviour."""

from __future__ import annotations

import contextlib
import select
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grader.catalogue import Exercise
from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.evidence import NotGradable, Unmet, line_of
from grader.judge.patience import GLANCE, Patience
from grader.judge.script import Script
from grader.judge.stage import Outlets, Stage
from grader.judge.zygote import forget, listen

AHEAD = 3  # a fork and a server's start cost more than most behaviours


class Hung(Exception):
    """The process does not send what is waited for. The text is a clause that says why."""


class Mailbox:
    """Messages from a process that may hang or die before it has sent them."""

    def __init__(self, connection: socket.socket, outlets: Outlets) -> None:
        self.connection = connection
        self._outlets = outlets
        self._decoder = Decoder()
        self._messages: list[Message] = []

    def next(self, *kinds: str, patience: Patience | None = None) -> Message:
        """The next message of one of `kinds`; others are left for later.

        Raises `ConnectionError` when the process ends, `Hung` when `patience` is exhausted, and
        `NotGradable` when what comes is not a message.
        """
        while True:
            for index, message in enumerate(self._messages):
                if message.kind in kinds:
                    return self._messages.pop(index)
            self._outlets.drain()
            if patience and (reason := patience.exhausted()):
                raise Hung(reason)
            self._receive()

    def _receive(self) -> None:
        both = [self.connection, self._outlets.output]
        ready, _, _ = select.select(both, [], [], GLANCE)
        if self.connection not in ready:
            return
        data = self.connection.recv(1 << 16)
        if not data:
            raise ConnectionResetError("the process has ended")
        try:
            self._messages += self._decoder.feed(data)
        except ProtocolViolation as error:
            raise _forged(error) from None


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
        self._spent = False  # the loader has become a stage

    def __enter__(self) -> Self:
        try:
            self._load()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    @contextmanager
    def stage(self, script: Script) -> Iterator[Stage]:
        """A fresh stage whose source follows `script`; it is ended afterwards."""
        try:
            pid, berth = self._begin()
        except ConnectionError:  # the last stage has taken its loader with it
            self._load()
            pid, berth = self._begin()
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
        except Unmet as unmet:
            unmet.stage = stage
            raise
        finally:
            stage.close()
            forget(berth.address)
            if stage.alive and self._forkable:
                with contextlib.suppress(ConnectionError):
                    self._loader.connection.sendall(encode("end", pid=pid))

    def _close(self) -> None:
        self._let_go()
        self.outlets.drain()
        self.outlets.close()

    def _let_go(self) -> None:
        """Let go of the loader, which the zygote then ends with all that it has started."""
        self._connections.close()
        while self._ahead:
            berth = self._ahead.popleft()
            berth.control.close()
            forget(berth.address)

    def _load(self) -> None:
        """Have the file imported by a fresh loader."""
        self._let_go()
        self._order()
        try:
            message = self._loader.next("loaded", "refused", patience=self._patience())
        except Hung as hung:
            line = self.outlets.traced_line(self._pid, self.file)
            raise NotGradable(f"importing the file {hung}.", line) from None
        except ConnectionError:
            reason = "the file ended the process while it was being imported."
            raise NotGradable(reason) from None
        if message.kind == "refused":
            fields = message.fields
            raise NotGradable(str(fields.get("reason")), _line(fields.get("line")))
        self._forkable = bool(message.fields.get("forkable"))
        self._spent = False

    def _patience(self) -> Patience:
        return Patience(self._pid, printed=lambda: self.outlets.taken)

    def _order(self) -> None:
        """Have a loader forked, which begins to import the file."""
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

    def _begin(self) -> tuple[int, Berth]:
        """The process of a fresh stage, and its berth. Raises `ConnectionError` (see `_ask`)."""
        if self._spent:
            self._load()
        self._spawn(AHEAD if self._forkable else 1)
        self._spent = not self._forkable
        pid = self._pid if self._spent else self._process("spawned", "pid")
        return pid or 0, self._ahead.popleft()

    def _process(self, kind: str, name: str) -> int | None:
        """A number that the loader says of a stage. Raises `ConnectionError` if it has ended."""
        try:
            number = self._loader.next(kind, patience=self._patience()).fields.get(name)
        except Hung as hung:
            line = self.outlets.traced_line(self._pid, self.file)
            raise NotGradable(f"what the file set up on import {hung}.", line) from None
        if not isinstance(number, int | None):
            raise _forged(f"{name}: {number!r}")
        return number

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
        try:
            self._loader.connection.sendall(encode("status", pid=pid))
            return self._process("status", "status")
        except ConnectionError:
            return None


def _forged(what: object) -> NotGradable:
    return NotGradable(f"importing the file wrote to a descriptor that is not its own ({what}).")


def _line(value: Any) -> dict[str, Any] | None:
    try:
        return line_of(value)
    except ProtocolViolation as error:
        raise _forged(error) from None
