"""When to give up on a process that neither answers nor ends.

A right answer is never judged by a timer, so the limits count what the process does and not what
the machine does: processor time that it has spent, bytes that it has printed, and time in which
all of its threads were seen asleep. A process that is starved by its neighbours spends none, nor
does one that sleeps until the judge has taken what it wrote.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence

import psutil

from grader.platforms import awake

BUSY_LIMIT = 2.5  # seconds of processor time in one act
ASLEEP_LIMIT = 2.5  # seconds seen asleep in one act
WALL_LIMIT = 60.0  # seconds, whatever the reason
MEMORY_LIMIT = 512 << 20  # bytes of resident size
PRINT_LIMIT = 64 << 20  # bytes printed in one act
BUSY = "kept the processor busy without an end"
ASLEEP = "waited for something that never came, outside the event loop"
GLANCE = 0.05  # seconds between two looks


class Patience:
    """Watches one process during one act. Ask `exhausted` every `GLANCE` seconds or so.

    `printed` says how many bytes it has printed since it began. `ends` are where we read what it
    writes: as long as something is unread there, it may be us whom it waits for.
    """

    def __init__(
        self,
        pid: int,
        *,
        printed: Callable[[], int],
        ends: Sequence[socket.socket | int] = (),
        asleep_limit: float = ASLEEP_LIMIT,
        busy_limit: float = BUSY_LIMIT,
        wall_limit: float = WALL_LIMIT,
    ) -> None:
        self._pid = pid
        self._busy_limit = busy_limit
        self._wall_limit = wall_limit
        self._asleep_limit = asleep_limit
        self._began = self._looked = time.monotonic()
        self._process: psutil.Process | None = None
        self._spent_before = self._spent_last = 0.0
        self._printed = printed
        self._ends = ends
        self._printed_before = printed()
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
            # It has ended, which its channel will tell, unless a process that it forked holds it.
            self._asleep += passed
            return "left its work to another process" if self._slept_enough else None

    def _look(self, passed: float, now: float) -> str | None:
        if self._process is None:
            self._process = psutil.Process(self._pid)
            self._spent_before = self._spent()
        if self._printed() - self._printed_before > PRINT_LIMIT:
            return f"printed more than {PRINT_LIMIT >> 20} MiB"
        if self._process.memory_info().rss > MEMORY_LIMIT:
            return f"used more than {MEMORY_LIMIT >> 20} MiB of memory"
        spent = self._spent()
        if spent - self._spent_before > self._busy_limit:
            return BUSY
        worked, self._spent_last = spent > self._spent_last, spent
        seen = awake(self._pid)
        if not (worked if seen is None else seen) and not self._waits_for_us():
            self._asleep += passed
        if self._slept_enough:
            return ASLEEP
        if now - self._began > self._wall_limit:
            return f"did not come to rest within {self._wall_limit:.0f} seconds"
        return None

    def _waits_for_us(self) -> bool:
        return bool(select.select(self._ends, [], [], 0)[0])

    @property
    def _slept_enough(self) -> bool:
        return self._asleep > self._asleep_limit

    def _spent(self) -> float:
        assert self._process is not None
        times = self._process.cpu_times()
        return float(times.user + times.system)
