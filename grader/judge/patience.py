"""When to give up on a process that neither answers nor ends.

A right answer is never judged by a timer, so the limits count what the process does and not what
the machine does: processor time that it has spent, and time in which it was seen asleep. A process
that is starved by its neighbours spends neither.
"""

from __future__ import annotations

import time

import psutil

BUSY_LIMIT = 2.5  # seconds of processor time in one act
ASLEEP_LIMIT = 2.5  # seconds seen asleep in one act
WALL_LIMIT = 60.0  # seconds, whatever the reason
MEMORY_LIMIT = 1 << 30  # bytes of resident size
GLANCE = 0.05  # seconds between two looks

_ASLEEP = {psutil.STATUS_SLEEPING, psutil.STATUS_IDLE, psutil.STATUS_DISK_SLEEP}


class Patience:
    """Watches one process during one act. Ask `exhausted` every `GLANCE` seconds or so."""

    def __init__(self, pid: int, *, asleep_limit: float = ASLEEP_LIMIT) -> None:
        self._pid = pid
        self._asleep_limit = asleep_limit
        self._began = self._looked = time.monotonic()
        self._process: psutil.Process | None = None
        self._spent_before = 0.0
        self._asleep = 0.0

    def exhausted(self) -> str | None:
        """Why to give up, as a clause about the endpoint, or None as long as there is hope."""
        now = time.monotonic()
        if now - self._looked < GLANCE:
            return None
        passed, self._looked = min(now - self._looked, 2 * GLANCE), now
        try:
            return self._look(passed, now)
        except psutil.Error:
            return None  # it has ended, which its channel will tell

    def _look(self, passed: float, now: float) -> str | None:
        if self._process is None:
            self._process = psutil.Process(self._pid)
            self._spent_before = self._spent()
        if self._process.memory_info().rss > MEMORY_LIMIT:
            return f"used more than {MEMORY_LIMIT >> 20} MiB of memory"
        if self._spent() - self._spent_before > BUSY_LIMIT:
            return "kept the processor busy without an end"
        if self._process.status() in _ASLEEP:
            self._asleep += passed
        if self._asleep > self._asleep_limit:
            return "waited for something that never came, outside the event loop"
        if now - self._began > WALL_LIMIT:
            return f"did not come to rest within {WALL_LIMIT:.0f} seconds"
        return None

    def _spent(self) -> float:
        assert self._process is not None
        times = self._process.cpu_times()
        return float(times.user + times.system)
