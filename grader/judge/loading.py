"""A process that has imported a learner's file, as the judge holds it: it may hang, die or lie."""

from __future__ import annotations

import contextlib
import select
import socket
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.evidence import NotGradable, line_of
from grader.judge.outlets import Outlets
from grader.judge.patience import ASLEEP, GLANCE, Patience
from grader.judge.zygote import forget, listen
from grader.stage.process import ENDS_WITHIN


class Hung(Exception):
    """The process does not send what is waited for. The text is a clause that says why."""


class Mailbox:
    """Messages from a process that may hang or die before it has sent them."""

    def __init__(self, connection: socket.socket, outlets: Outlets) -> None:
        self.connection = connection
        self.ends = (connection, outlets.output)
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
        ready, _, _ = select.select(self.ends, [], [], GLANCE)
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

    def board(self, loader: socket.socket, order: str, *, listening: bool) -> None:
        """Hand the descriptors to the loader with its order, and keep only our own end.

        With `listening` we keep the listener, too: it is we whom the stage will connect to.
        """
        with self.theirs:
            descriptors = [self.theirs.fileno(), self.listener.fileno()]
            socket.send_fds(loader, [encode(order)], descriptors)
        if not listening:
            self.listener.close()

    def abandon(self) -> None:
        self.control.close()
        self.listener.close()
        forget(self.address)


class Loader:
    """Has a file imported, and stages forked. It is ended by closing it, with all of its stages.

    `job` is that of `grader.stage.loaded`. A loader that is not `forkable` becomes a stage itself,
    and is good for one only. With `spare` the next stage is forked while one is judged: that is
    sooner, and in vain in the end.
    """

    def __init__(
        self, zygote: str, *, job: dict[str, str], outlets: Outlets, spare: bool = False
    ) -> None:
        self.forkable = False
        self._wanted = 2 if spare else 1
        self._calls = bool(job["function"])  # a client: the judge is who listens
        self._directory = Path(zygote).parent
        self._file = Path(job["file"])
        self._outlets = outlets
        self._ahead: deque[Berth] = deque()  # of the stages that have been ordered
        ours, theirs = socket.socketpair()
        self._zygote = socket.socket(socket.AF_UNIX)
        self._mailbox = Mailbox(ours, outlets)
        with theirs:
            self._zygote.connect(zygote)
            descriptors = [theirs.fileno(), *outlets.ends]
            socket.send_fds(self._zygote, [encode("load", **job)], descriptors)
        self._guardian = Mailbox(self._zygote, outlets)
        started = self._guardian.next("started")
        self._pid = int(started["pid"])
        self._watched = bool(started.fields.get("watched"))  # its guardian says how it ends

    def wait(self) -> None:
        """Wait until the file has been imported. Raises `NotGradable`."""
        try:
            message = self._mailbox.next("loaded", "refused", patience=self._patience())
        except Hung as hung:
            raise NotGradable(f"importing the file {hung}.", self._traced_line(hung)) from None
        except ConnectionError:
            reason = "the file ended the process while it was being imported."
            raise NotGradable(reason) from None
        if message.kind == "refused":
            fields = message.fields
            raise NotGradable(str(fields.get("reason")), _line(fields.get("line")))
        self.forkable = bool(message.fields.get("forkable"))

    def stage(self) -> tuple[int, Berth]:
        """The process of a fresh stage, and its berth. Raises `ConnectionError` if we are gone."""
        if not self.forkable:
            self._spawn(1, "become")
            return self._pid, self._ahead.popleft()
        self._spawn(self._wanted, "spawn")
        pid = self._number("spawned", "pid")
        return pid or 0, self._ahead.popleft()

    def status(self, pid: int) -> int | None:
        """End a stage that has ended by itself, and say how it did, if that can be known.

        An exit code, or the number of the signal, negative.
        """
        if not self.forkable:
            return self._ended() if self._watched else None
        try:
            self._mailbox.connection.sendall(encode("status", pid=pid))
            return self._number("status", "status")
        except ConnectionError:
            return None

    def _ended(self) -> int | None:
        """How the loader ended by itself. None if it did not: see `grader.stage.process.status`."""
        patience = self._patience(asleep_limit=ENDS_WITHIN)
        with contextlib.suppress(Hung, ConnectionError):
            return int(self._guardian.next("ended", patience=patience)["status"])
        return None

    def end(self, pid: int) -> None:
        """End a stage."""
        with contextlib.suppress(ConnectionError):
            self._mailbox.connection.sendall(encode("end", pid=pid))

    def close(self) -> None:
        """Let go of the loader, which the zygote then ends with all that it has started."""
        self._zygote.close()
        self._mailbox.connection.close()
        while self._ahead:
            self._ahead.popleft().abandon()

    def _spawn(self, count: int, order: str) -> None:
        """Order stages until so many are ahead."""
        while len(self._ahead) < count:
            berth = Berth.prepare(self._directory)
            self._ahead.append(berth)
            berth.board(self._mailbox.connection, order, listening=self._calls)

    def _number(self, kind: str, name: str) -> int | None:
        try:
            number = self._mailbox.next(kind, patience=self._patience()).fields.get(name)
        except Hung as hung:
            reason = f"what the file set up on import {hung}."
            raise NotGradable(reason, self._traced_line(hung)) from None
        if not isinstance(number, int | None):
            raise _forged(f"{name}: {number!r}")
        return number

    def _patience(self, **limits: float) -> Patience:
        printed, ends = lambda: self._outlets.taken, self._mailbox.ends
        return Patience(self._pid, printed=printed, ends=ends, **limits)

    def _traced_line(self, hung: Hung) -> dict[str, Any] | None:
        return self._outlets.traced_line(self._pid, self._file, busy=str(hung) != ASLEEP)


def _forged(what: object) -> NotGradable:
    return NotGradable(f"importing the file wrote to a descriptor that is not its own ({what}).")


def _line(value: Any) -> dict[str, Any] | None:
    try:
        return line_of(value)
    except ProtocolViolation as error:
        raise _forged(error) from None
