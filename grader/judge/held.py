"""A stage's process as the judge holds it: told things, asked things, waited for, and ended.

To settle means, on virtual time, that the stage reports idle: no handle ready, no descriptor
readable, no thread busy. With `--real` it means that the process has gone to sleep; what must come
is waited for, and what must not come is looked for after that.
"""

from __future__ import annotations

import contextlib
import math
import os
import selectors
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import psutil

from grader.control import Decoder, Message, ProtocolViolation, encode
from grader.judge.evidence import Log, Stopped, Trouble
from grader.judge.outlets import Outlets
from grader.judge.patience import ASLEEP, BUSY, GLANCE, Patience
from grader.judge.script import Question
from grader.judge.trust import checked
from grader.platforms import at_rest

FLOOD_LIMIT = 5.0  # seconds of processor time for what is written in one act
GRACE = 1.0  # virtual seconds that something may be held back for: flushing by time is fine
TIMERS_LIMIT = 2_000  # that go off one after the other in one act
TIMERS_A_SECOND = 200  # more, for each virtual second that passes in it
HASTE = 0.7  # seconds, instead of the usual limits, where a fresh process gets another look
START = 1000.0  # where the stage's clock begins
_REAL_PATIENCE = 2.0  # seconds that a sleeping stage is waited for, with --real


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a stage is held by. `exit_status` says how its process ended, if that can be known."""

    control: socket.socket
    address: str  # of the Unix socket on which requests go; its folder is private
    pid: int
    file: Path
    outlets: Outlets
    real: bool
    exit_status: Callable[[], int | None]


class Process(ABC):
    """The process that runs a learner's file. Every verb acts, and then settles."""

    runs: ClassVar[str]  # what it runs, as reports call it

    def __init__(self, held: Held) -> None:
        self.log = Log()
        self.real = held.real
        self.now = START
        self.pid = held.pid
        self.file = held.file
        self.address = held.address
        self.directory = Path(held.address).parent  # private, and removed in the end
        self.alive = True
        self.used = False  # an earlier behaviour was looked for on it
        self._began = START
        self._exit_status = held.exit_status
        self._control = held.control
        self._outlets = held.outlets
        self._decoder = Decoder()
        self._due: float | None = None
        self._writing = False
        self._idle = False
        self._sent = 0  # messages to the stage
        self._held = False
        self._stopped: Stopped | None = None  # why nothing more can be asked of it, once it is so
        self._answers: list[Message] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(held.control, selectors.EVENT_READ)
        self._selector.register(held.outlets.output, selectors.EVENT_READ)

    @abstractmethod
    def _drain(self) -> bool:
        """Take what has come on the wire. Returns whether anything had."""

    @abstractmethod
    def _hear(self, message: Message) -> None:
        """Take what the stage says of its own accord."""

    @property
    @abstractmethod
    def blocked_on(self) -> Question | None:
        """The question that the loop's own thread waits for: nothing else runs meanwhile."""

    # -- acts ------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> int:
        """Let virtual time pass, timer by timer. Real time is not waited for: see `NotJudged`.

        Returns how many steps that took: one for each moment with a timer.
        """
        target, passed = self.now + seconds, 0
        self.settle()
        while self.now < target:
            self._stop_if_ticking(passed, seconds)
            step = target if self._due is None else min(max(self._due, self.now), target)
            self._send("advance", to=step)
            self._settle_virtual()
            passed += 1
        return passed

    def let_pass(self, seconds: float) -> None:
        """Let time pass, and sit it out where it is real: for what a silence alone shows."""
        if not self.real:
            self.advance(seconds)
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._pump(GLANCE)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let the acts in this block reach the stage together, and settle after the last one.

        The stage is stopped meanwhile, so that it finds them all when it looks again.
        """
        self._signal(signal.SIGSTOP)
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._signal(signal.SIGCONT)
        self.settle()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended, as its channel will tell
            os.kill(self.pid, number)

    @property
    def passed(self) -> float:
        """The virtual seconds that have passed so far."""
        return self.now - self._began

    def _order(self, kind: str, **fields: Any) -> None:
        """Have the stage do something, and settle."""
        if self.real:
            self._ask(kind, **fields)
            self._settle_real()
        else:  # it does so when it hears it, which is before it is idle
            self._send(kind, **fields)
            self._settle_virtual()

    # -- settling --------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until nothing more can happen before somebody acts."""
        if self._held:
            return
        if self.real:
            self._settle_real()
        else:
            self._send("settle")
            self._settle_virtual()

    def until(self, condition: Callable[[], bool]) -> bool:
        """Settle, and say whether `condition` has come about: at once, or within `GRACE`."""
        if self.real:
            return self._until_real(condition)
        self.settle()
        limit = self.now + GRACE
        for passed in count():
            if condition():
                break
            if self._due is None or self._due > limit:
                return False
            self._stop_if_ticking(passed, GRACE)
            self.advance(max(self._due - self.now, 0.0))
        return True

    def _stop_if_ticking(self, passed: int, seconds: float) -> None:
        """Give up on a process whose timers follow one another without an end."""
        if passed < TIMERS_LIMIT + TIMERS_A_SECOND * seconds:
            return
        text = f"the {self.runs} set timer after timer: {passed:,} went off in one act"
        raise self._circling(text, self.waiting_lines(), sign="livelock")

    def _settle_virtual(self) -> None:
        whole = self._patience(
            asleep_limit=math.inf, busy_limit=FLOOD_LIMIT, wall_limit=math.inf
        )  # what is taken from the wire renews the other one
        while True:
            self._idle = False
            patience = self._patience()
            while not self._idle and self.blocked_on is None:
                self._pump(GLANCE)
                self._give_up(patience.exhausted())
            if not self._drain() or not self._writing or not self._idle:
                return
            self._give_up(whole.exhausted())
            self._send("settle")

    def _settle_real(self) -> None:
        patience = self._patience()
        before = None
        while True:
            busy = self._pump(0.015)
            rest = None if busy else at_rest(self.pid)
            if self.blocked_on or (rest is not None and rest == before):
                return
            before = rest
            self._give_up(patience.exhausted())

    def _until_real(self, condition: Callable[[], bool]) -> bool:
        patience = self._patience(asleep_limit=_REAL_PATIENCE)
        while not condition():
            self._pump(GLANCE)
            if patience.exhausted():
                return condition()
        return True

    def _patience(self, **limits: float) -> Patience:
        if self.used:
            limits = {"busy_limit": HASTE, "asleep_limit": HASTE} | limits
        ends = (self._control, self._outlets.output)
        return Patience(self.pid, printed=lambda: self._outlets.taken, ends=ends, **limits)

    def _give_up(self, reason: str | None) -> None:
        if reason:
            self._drain()
            line = None  # whoever was used before is looked at again, and nobody reads this
            if not self.used:
                line = self._outlets.traced_line(self.pid, self.file, busy=reason != ASLEEP)
            self.log.troubles.append(Trouble("hung", f"the {self.runs} {reason}", line))
            raise self._stop(
                observed=f"the {self.runs} {reason}; its process had to be ended",
                expected="code that lets the event loop go on",
                sign="busy" if reason == BUSY else "hung",
            )

    def _stop(self, *, observed: str, expected: str, sign: str) -> Stopped:
        """What to raise now, and whenever anything more is asked of this stage."""
        self._stopped = Stopped(observed=observed, expected=expected, sign=sign)
        return self._stopped

    def _ended(self, status: int | None) -> Stopped:
        how = "" if status is None else f" ({_how_ended(status)})"
        return self._stop(
            observed=f"the process of the {self.runs} ended while it was at work{how}",
            expected="a process that stays, whatever the code does",
            sign="ended",
        )

    # -- what the stage can be asked --------------------------------------------------------------

    def waiting_lines(self) -> list[dict[str, Any]]:
        """Where in the learner's file its coroutines and generators stand."""
        if self.blocked_on is not None:
            return [self.blocked_on.line] if self.blocked_on.line else []
        return list(self._ask("where").fields.get("lines", []))

    def tasks_left(self) -> list[str]:
        """The coroutines of the tasks that requests have begun and that have not ended."""
        return list(self._ask("tasks").fields.get("tasks", []))

    def collect_garbage(self) -> None:
        """Have the stage collect its garbage, and settle."""
        self._order("collect")

    def resident(self) -> int:
        """The resident size of the stage in bytes, read from outside of it."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            raise self._ended(None) from None

    def processor_time(self) -> float:
        """The seconds of processor time that the stage has spent, read from outside of it."""
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            raise self._ended(None) from None
        return float(times.user + times.system)

    def in_use(self) -> int:
        """The resident size in bytes, without garbage and without what the allocator keeps."""
        self.collect_garbage()
        self._ask("trim")
        return self.resident()

    def _ask(self, kind: str, **fields: Any) -> Message:
        self._answers.clear()
        self._send(kind, **fields)
        patience = self._patience()
        while not self._answers:
            self._pump(GLANCE)
            self._give_up(patience.exhausted())
        return self._answers[0]

    # -- the pump ---------------------------------------------------------------------------------

    def _pump(self, seconds: float) -> bool:
        """Wait for something to come, and take it. Returns whether anything came."""
        if self._stopped is not None:
            raise self._stopped
        came = False
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._control:
                self._receive()
                came = True
            elif key.fileobj is self._outlets.output:
                self._outlets.drain()
                came = True
            elif self.real:
                came = self._drain() or came
        return came

    def _receive(self) -> None:
        try:
            data = self._control.recv(1 << 20)
        except ConnectionError:
            data = b""
        if not data:
            self._drain()
            self.alive = False
            raise self._ended(self._exit_status())
        try:
            for message in self._decoder.feed(data):
                self._take(checked(message))
        except ProtocolViolation as error:
            raise self._stop(
                observed=f"the stage wrote something of its own to the control channel ({error})",
                expected="code that leaves descriptors alone which it did not open",
                sign="ended",
            ) from None

    def _take(self, message: Message) -> None:
        self.now = max(self.now, float(message["now"]))
        match message.kind:
            case "idle":
                # Said before it heard our last word, it counts for nothing: another will follow.
                self._idle = message["heard"] == self._sent
                self._due, self._writing = message["due"], message["writing"]
            case "answer":
                self._answers.append(message)
            case "slept" | "raised" | "livelock":
                self._take_trouble(message)
            case _:
                self._drain()  # what was sent before it was said is on the wire before
                self._hear(message)

    def _take_trouble(self, message: Message) -> None:
        match message.kind:
            case "slept":
                text = f"time.sleep({message['seconds']:g}) blocked the event loop"
                self.log.troubles.append(Trouble("slept", text, message["line"]))
                self._note("source", "blocked", text)
            case "raised":
                text = f"{message['type']}: {message['text']}"
                self.log.troubles.append(Trouble("raised", text, message["line"]))
                self._note("source", "raised", message["type"])
            case "livelock":
                self._livelock(message["lines"])

    def _livelock(self, lines: list[dict[str, Any]]) -> None:
        self._drain()
        text = "the event loop turned without an end, and nothing came of it"
        raise self._circling(text, lines, sign="livelock")

    def _circling(
        self,
        text: str,
        lines: list[dict[str, Any]],
        *,
        sign: str,
        expected: str = "code that waits for something, or ends",
    ) -> Stopped:
        """What to raise of code that goes round in circles, as `text` says, on one of `lines`."""
        self.log.troubles.append(Trouble("livelock", text, lines[0] if lines else None))
        observed = f"{text}; the process had to be ended"
        return self._stop(observed=observed, expected=expected, sign=sign)

    def _note(self, lane: str, kind: str, text: str) -> None:
        self.log.add(round(self.now - self._began, 6), lane, kind, text)

    def _send(self, kind: str, payload: bytes = b"", /, **fields: Any) -> None:
        if self._stopped is not None:
            raise self._stopped
        self._sent += 1
        try:
            self._control.sendall(encode(kind, payload, **fields))
        except ConnectionError:
            self._receive()  # raises: the stage has ended

    def close(self) -> None:
        """Let go of the sockets. The process is ended by whoever ordered it."""
        self._control.close()
        self._selector.close()


def sized(data: bytes) -> str:
    """How much it is, as a timeline tells it."""
    return "1 byte" if len(data) == 1 else f"{len(data)} bytes"


def _how_ended(status: int) -> str:
    if status >= 0:
        return f"exit code {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:  # one without a name, as those for real-time use are
        return f"killed by signal {-status}"
