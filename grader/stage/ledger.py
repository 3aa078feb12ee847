"""Which worker threads are busy: the question that decides whether virtual time may move.

The portable answer is a count: a job counts from the moment it is put into a worker's inbox until
the worker asks for the next one, so the result has been posted to the loop before the count drops.
A job that waits for the judge, or sleeps on the virtual clock, is parked and does not count.

Threads that nobody counted (`threading.Thread` in an answer), and jobs that wait for another thread
or for the loop, are looked at from outside (`platforms.others_asleep`). Where that cannot be done,
they are given `PATIENCE` of real time.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from grader.platforms import others_asleep

PATIENCE = 0.2  # seconds of real time, where threads cannot be looked at
_real_monotonic = time.monotonic


class Ledger:
    """Counts outstanding thread jobs. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outstanding = 0
        self._local = threading.local()
        self._counted = {threading.get_ident()}
        self._awaited = False
        self._changed = 0.0  # real time
        self.wake: Callable[[], None] = lambda: None  # how to wake the loop that waits for us

    @property
    def busy(self) -> bool:
        """Whether a counted job is outstanding."""
        return self._outstanding > 0

    def begin(self) -> None:
        """One more job is outstanding."""
        with self._lock:
            self._outstanding += 1
            self._changed = _real_monotonic()

    def end(self) -> None:
        """One job less is outstanding."""
        with self._lock:
            self._outstanding -= 1
            self._changed = _real_monotonic()
            wake = self._awaited and self._outstanding == 0
        if wake:
            self.wake()

    def claim(self) -> None:
        """The calling thread has taken a job that `begin` counted."""
        self._local.job = True
        self._counted.add(threading.get_ident())

    def disclaim(self) -> None:
        """The calling thread is no longer at its job; somebody else will call `end`."""
        self._local.job = False

    def release(self) -> None:
        """The calling thread has finished its job, if it had one."""
        if self.counted:
            self.disclaim()
            self.end()

    @property
    def counted(self) -> bool:
        """Whether the calling thread is at a job that this ledger counts."""
        return getattr(self._local, "job", False)

    def park(self) -> None:
        """The calling thread is about to wait for the judge or the clock, which may thus move on.

        Whoever wakes it calls `begin` first if the thread was `counted`.
        """
        if self.counted:
            self.end()

    def quiet(self) -> bool:
        """Whether nothing will happen before somebody from outside acts."""
        with self._lock:
            self._awaited = self._outstanding > 0
        if not self._awaited and not self._strangers():
            return True
        seen = others_asleep()
        return _real_monotonic() - self._changed > PATIENCE if seen is None else seen

    def _strangers(self) -> bool:
        return any(thread.ident not in self._counted for thread in threading.enumerate())


class CountedQueue(queue.SimpleQueue[Any]):
    """The inbox of a worker thread, whose jobs a ledger counts. None asks the worker to stop."""

    ledger: Ledger

    def put_nowait(self, item: Any) -> None:
        if item is not None:
            self.ledger.begin()
        super().put_nowait(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        self.ledger.release()
        item = super().get(block, timeout)
        if item is not None:
            self.ledger.claim()
        return item

    def task_done(self) -> None:
        """Nothing to do: anyio's workers call it, as on a `queue.Queue`."""
