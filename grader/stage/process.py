"""What the processes of the stage share: receiving descriptors, and ending what they started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from grader.control import Decoder, Message
from grader.platforms import children, close_from, ends_within

ENDS_WITHIN = 1.0  # seconds from the end of a process's connections to its own


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours. -P: no `json.py` in a folder can shadow a module."""
    return [sys.executable, "-P", "-m", module, *arguments]


class Orders:
    """Messages with descriptors, from a Unix socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._decoder = Decoder()
        self._descriptors: deque[int] = deque()

    def receive(self) -> Iterator[Message] | None:
        """The messages that have come, after a wait if there are none; None at the end."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.connection, 1 << 16, 16)
        except ConnectionError:  # it has ended with something unread
            return None
        self._descriptors.extend(descriptors)
        return self._decoder.feed(data) if data else None

    def take(self, count: int) -> list[int]:
        """The next `count` descriptors, in the order in which they were sent."""
        return [self._descriptors.popleft() for _ in range(count)]


def status(pid: int) -> int | None:
    """End a child whose connection has ended, and say how it ended by itself (see `end`).

    None if it did not, as one that has only closed its descriptors.
    """
    ended = ends_within(pid, ENDS_WITHIN)
    code = end(pid)
    return code if ended else None


def kill(pid: int) -> None:
    """Kill a process and its whole process group."""
    for send in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send(pid, signal.SIGKILL)


def end(pid: int) -> int:
    """Kill a child and its whole process group. Returns its exit code, negative for a signal."""
    kill(pid)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def have_own_temporary_folder() -> None:
    """Give this process, and those that it starts, a folder for temporary files of their own.

    What one file leaves there must be nothing to another, nor to itself the next time.
    """
    folder = _temporary_folder(os.getpid())
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def remove_temporary_folder(pid: int) -> None:
    """Remove that of a child that has ended, seen from its parent."""
    shutil.rmtree(_temporary_folder(pid), ignore_errors=True)


def _temporary_folder(pid: int) -> Path:
    return Path(tempfile.gettempdir()) / str(pid)


def end_orphans(*, keep: set[int]) -> None:
    """Kill every child that is not in `keep`: what a stage left behind, outside its group."""
    while orphans := children() - keep:
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                end(pid)


def silence_and_redirect(output: int) -> None:
    """Read nothing, and print to the descriptor `output`."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", buffering=1, closefd=False, errors="backslashreplace")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False, errors="backslashreplace")  # noqa: SIM115


def close_all_but(keep: set[int]) -> None:
    """Close every inherited descriptor that is not in `keep`."""
    limit = max(keep) + 1
    for low, high in zip(sorted(keep), [*sorted(keep)[1:], limit], strict=True):
        os.closerange(low + 1, high)
    close_from(limit)
