"""Virtual time: an event loop whose clock moves only when the judge grants it.

The loop is asyncio's own; only its selector and its `time` are replaced, which asyncio allows
(`SelectorEventLoop(selector)`). The selector jumps to the next timer when nothing is ready, no
descriptor is readable, no worker thread is busy, and the judge has granted that moment. Otherwise
it tells the judge that the stage is idle, and waits in real time for what comes next.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from grader.stage import hooks
from grader.stage.ledger import Ledger

if TYPE_CHECKING:
    from grader.stage.channel import Channel

START = 1000.0  # virtual seconds; not zero, which some code takes for "not set"
EPOCH = 1_800_000_000.0  # what time.time() says at START
SPIN_LIMIT = 50_000  # turns of the loop in which nothing came from outside and no time passed
DEAF_TURNS = 100  # turns of a loop that is busy, of which it listens to the judge in the last one
_OFFSET = EPOCH - START
_GLANCE = 0.002  # real seconds between two looks at busy threads

_real_sleep = time.sleep

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
Events = list[tuple[selectors.SelectorKey, int]]
OnSleep = Callable[[float], None]


class VirtualClock:
    """The time of one stage, in seconds. `grant` is the only thing that lets it move."""

    def __init__(self, ledger: Ledger) -> None:
        self.now = START
        self.granted = START
        self.on_loop_sleep: OnSleep = lambda seconds: None
        self.loop_thread = 0  # until there is a loop
        self._ledger = ledger
        self._sequence = itertools.count()
        self._sleepers: list[tuple[float, int, threading.Lock, bool]] = []
        self._set_calendar: Callable[[float], None] = lambda moment: None

    def grant(self, moment: float) -> None:
        self.granted = max(self.granted, moment)

    def move_to(self, moment: float) -> None:
        if moment > self.now:
            self.now = moment
            self._set_calendar(moment + _OFFSET)
        self.grant(self.now)

    def sleep(self, seconds: float) -> None:
        """Stands in for `time.sleep`. On the loop's thread, where nothing else can
        run meanwhile, it is reported."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self.loop_thread in (0, threading.get_ident()):
            self.on_loop_sleep(seconds)
            self.move_to(self.now + seconds)
            return
        woken = threading.Lock()
        woken.acquire()
        due = (self.now + seconds, next(self._sequence), woken, self._ledger.counted)
        heapq.heappush(self._sleepers, due)
        self._ledger.park()
        woken.acquire()

    @property
    def next_sleeper(self) -> float | None:
        return self._sleepers[0][0] if self._sleepers else None

    def wake_sleeper(self) -> None:
        """Let the thread whose time has come go on."""
        moment, _, woken, counted = heapq.heappop(self._sleepers)
        self.move_to(moment)
        if counted:
            self._ledger.begin()
        woken.release()

    def install(self) -> None:
        """Replace the clocks of the `time` module, for code that is imported from now on.

        `datetime.now()` and its like are on virtual time, too.
        """
        self._set_calendar = hooks.stop_the_calendar(EPOCH)
        clocks: Any = time
        clocks.sleep = self.sleep
        clocks.monotonic = clocks.perf_counter = lambda: self.now
        clocks.time = lambda: self.now + _OFFSET
        clocks.monotonic_ns = clocks.perf_counter_ns = lambda: int(self.now * 1e9)
        clocks.time_ns = lambda: int((self.now + _OFFSET) * 1e9)


class RealClock:
    """Real time, read like virtual time. Nothing is granted: it passes."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.on_loop_sleep: OnSleep = lambda seconds: None
        self.loop_thread = 0

    @property
    def now(self) -> float:
        return START + time.monotonic() - self._began

    def grant(self, moment: float) -> None:
        """Nobody has to grant what passes by itself."""

    def sleep(self, seconds: float) -> None:
        """Stands in for `time.sleep`: on the loop's thread it is reported, and then slept."""
        if threading.get_ident() == self.loop_thread:
            self.on_loop_sleep(seconds)
        _real_sleep(seconds)

    def install(self) -> None:
        """Replace `time.sleep`, for code that is imported from now on."""
        clocks: Any = time
        clocks.sleep = self.sleep


class VirtualSelector(selectors.DefaultSelector):
    """Decides, each time that the loop has nothing to do, what happens next."""

    def __init__(self, channel: Channel, clock: VirtualClock) -> None:
        super().__init__()
        self._channel = channel
        self._clock = clock
        self._ledger = channel.ledger
        self._spins = 0  # turns in which nothing came, and no thread was at work
        self._deaf = 0  # turns since the judge was listened to
        self.register(channel.connection, selectors.EVENT_READ)

    def select(self, timeout: float | None = None) -> Events:
        if timeout is not None and timeout <= 0:
            return self._turn()
        timer = None if timeout is None else self._clock.now + timeout
        while True:
            events, heard = self._look(0)
            if not events and not heard and self._ledger.quiet():
                events, heard = self._look(0)  # what a thread posted before it went quiet
                if not events and not heard and not self._rest(timer):
                    return []
            elif not events and not heard:
                events, heard = self._look(_GLANCE)
            if events or heard:
                self._spins = self._deaf = 0
                return events

    def _turn(self) -> Events:
        """What is ready for a loop that has something else to do.

        The judge is not listened to meanwhile. Its reply comes in real time, and would fall now
        before and now after what is ready here. A loop that only turns hears it all the same.
        """
        self._deaf += 1
        if self._deaf < DEAF_TURNS:
            events, heard = self._ready(0)[0], False
        else:
            events, heard = self._look(0)
            self._deaf = 0
        idle_turn = not events and not heard and not self._ledger.busy
        self._spins = self._spins + 1 if idle_turn else 0
        if self._spins > SPIN_LIMIT:
            self._channel.tell("livelock", lines=self._channel.learner.waiting_lines())
            while True:
                self._channel.receive()
        return events

    def _rest(self, timer: float | None) -> bool:
        """Nothing can happen now: let time pass if it is granted, else wait for the judge.

        Returns whether to look again; False lets the loop run the timer that has come.
        """
        clock = self._clock
        moments = [m for m in (timer, clock.next_sleeper) if m is not None]
        due = min(moments, default=None)
        if due is None or due > clock.granted:
            clock.move_to(clock.granted)
            if self._channel.owes_idle:
                self._channel.owes_idle = False
                heard = self._channel.heard
                self._channel.tell("idle", due=due, writing=self._writing(), heard=heard)
            self._wait_for_descriptors()
            return True
        if due == clock.next_sleeper:
            clock.wake_sleeper()
            return True
        clock.move_to(due)
        return False

    def _writing(self) -> bool:
        """Whether a transport waits for the client to read."""
        return any(key.events & selectors.EVENT_WRITE for key in self.get_map().values())

    def _look(self, seconds: float) -> tuple[Events, bool]:
        """The loop's descriptors that are ready, and whether the judge was heard meanwhile."""
        events, calls = self._ready(seconds)
        if calls:
            self._channel.receive()
        return events, calls

    def _ready(self, seconds: float) -> tuple[Events, bool]:
        """The loop's descriptors that are ready, and whether the judge has something to say."""
        ready = super().select(seconds)
        events = [(key, mask) for key, mask in ready if key.fileobj is not self._channel.connection]
        return events, len(events) < len(ready)

    def _wait_for_descriptors(self) -> None:
        super().select(None)


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio's loop on the virtual clock. Jobs that go to its executor are counted."""

    def __init__(self, channel: Channel, clock: VirtualClock) -> None:
        self._clock = clock
        self._ledger = channel.ledger
        super().__init__(VirtualSelector(channel, clock))
        self._threads = ThreadPoolExecutor(thread_name_prefix="asyncio")
        self._clock.loop_thread = threading.get_ident()
        self._ledger.wake = self._nudge
        channel.attach(self)

    def time(self) -> float:
        return self._clock.now

    def _nudge(self) -> None:
        self.call_soon_threadsafe(lambda: None)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        executor = executor or self._threads
        ledger = self._ledger

        def job() -> _T:
            ledger.claim()
            try:
                return func(*args)
            finally:
                ledger.disclaim()

        in_thread = isinstance(executor, ThreadPoolExecutor)
        ledger.begin()
        submitted = executor.submit(job) if in_thread else executor.submit(func, *args)
        future = asyncio.wrap_future(submitted, loop=self)
        # Called after wrap_future's own callback: the result is posted before the count drops.
        submitted.add_done_callback(lambda _: ledger.end())
        return future
