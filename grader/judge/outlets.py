"""What comes out of a learner's process beside its responses: capped, and never trusted."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import select
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from grader.control import TOLD

_TRACE_LINE = re.compile(
    r'(?P<how>File|Waits) "(?P<file>[^"]+)", line (?P<number>\d+) in (?P<function>.+)'
)
# At a cancelled task that goes on, the loop is in the libraries' code more often than not.
_LOOKS = 50
_ANSWERS_WITHIN = 4.0  # seconds; it may be starved


class Outlets:
    """What the learner's code prints, and what its fault handler writes: capped, never trusted."""

    CAP = 64 * 1024

    def __init__(self) -> None:
        self.output, self._output_end = os.pipe()
        self.trace, self._trace_end = os.pipe()
        os.set_blocking(self.output, False)
        os.set_blocking(self.trace, False)
        self.printed = bytearray()
        self.truncated = False
        self.taken = 0  # bytes that were printed, kept or not

    @property
    def ends(self) -> Iterable[int]:
        """The descriptors to hand to the process: output, then trace."""
        return (self._output_end, self._trace_end)

    def drain(self) -> None:
        """Take what was printed, without waiting."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.output, 1 << 16):
                self.taken += len(data)
                room = self.CAP - len(self.printed)
                self.truncated |= len(data) > room
                self.printed += data[: max(room, 0)]
                if self.truncated:
                    return

    def traced_line(self, pid: int, file: Path, *, busy: bool) -> dict[str, Any] | None:
        """The line of the learner's file on which a process hangs, from its own fault handler.

        Of a process that is `busy`, it is the head of the loop that it does not leave: on which
        line of the loop the process is met is chance, and whether in the file at all.
        """
        place, looks = None, ""
        for _ in range(_LOOKS if busy else 0):
            look = self._dump(pid, signal.SIGUSR2, lambda text: TOLD in text or _place(file, text))
            place, looks = _place(file, look), looks + look
            if place or TOLD not in look:
                break
        place = (
            place
            or _place(file, self._dump(pid, signal.SIGUSR1, _whole))
            or _place(file, looks, "Waits")
        )
        if place is None:
            return None
        source = file.read_text(errors="replace")
        number = _endless_loop(source, place[0]) if busy else place[0]
        lines = source.splitlines()
        text = lines[number - 1].strip() if number <= len(lines) else ""
        return {"number": number, "text": text, "function": place[1]}

    def _dump(self, pid: int, ask: signal.Signals, enough: Callable[[str], object]) -> str:
        """What comes of a signal until it is enough, in whole lines.

        For SIGUSR1 the fault handler writes the stacks of all threads, whatever they do; for
        SIGUSR2 that of one, behind which comes `Learner.tell_line` if Python code runs there.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, ask)
        data, lines, until = b"", "", time.monotonic() + _ANSWERS_WITHIN
        while not enough(lines) and (left := until - time.monotonic()) > 0:
            if not select.select([self.trace], [], [], left)[0]:
                break
            data += os.read(self.trace, 1 << 16)
            lines = data[: data.rfind(b"\n") + 1].decode(errors="replace")
        return lines

    def close(self) -> None:
        for descriptor in (self.output, self._output_end, self.trace, self._trace_end):
            os.close(descriptor)


def _whole(dump: str) -> bool:
    """Whether it is one of all threads, up to its end: the main thread comes last, and `-m`."""
    return "Current thread" in dump and dump.endswith(("_run_module_as_main\n", "...\n"))


def _place(file: Path, dump: str, how: str = "File") -> tuple[int, str] | None:
    """The line and the function of the file that a process is in, if it is in any."""
    name = str(file).encode("ascii", "backslashreplace").decode()  # as the handler writes it
    threads = sorted(dump.split("\n\n"), key=lambda thread: not thread.startswith("Current"))
    for match in _TRACE_LINE.finditer("\n".join(threads)):
        if match["how"] == how and match["file"] == name:
            return int(match["number"]), match["function"]
    return None


def _endless_loop(source: str, number: int) -> int:
    """The line of the innermost `while` around a line, or the line itself if there is none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return number
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.While)]
    around = [n.lineno for n in loops if n.lineno <= number <= (n.end_lineno or n.lineno)]
    return max(around, default=number)
