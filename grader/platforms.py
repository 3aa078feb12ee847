"""Where the operating systems differ. Everything else in the kit is the same on all of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import select
import signal
import socket
import sys
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

WINDOWS = os.name == "nt"
if not WINDOWS:
    import resource
LINUX = sys.platform.startswith("linux")
_PDEATHSIG, _CHILD_SUBREAPER = 1, 36  # of prctl
_FUTEX = {"x86_64": b"202", "aarch64": b"98", "riscv64": b"98"}.get(platform.machine())
_TASKS = "/proc/self/task"
_TASKS_ARE_SEEN = os.path.isdir(_TASKS)
START = "STREAMDRILL_START"  # how processes are started: "fork" or "fresh"


class Unsupported(Exception):
    """It cannot be had on this system. The text says what to do instead."""


def forks() -> bool:
    """Whether the judge forks its processes from warm ones. If not, each is a fresh one.

    That is slower, and the verdicts are the same. It is the default on macOS, where the system's
    own libraries may fail in a forked process. Raises `Unsupported`, as where descriptors cannot
    be handed from process to process.
    """
    if not (hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")):
        raise Unsupported(
            f"the judge needs Unix sockets, which Python has not on {platform.system()}; use the "
            "Windows Subsystem for Linux (WSL)."
        )
    possible = hasattr(os, "fork")
    match os.environ.get(START):
        case None | "":
            return possible and sys.platform != "darwin"
        case "fresh":
            return False
        case "fork" if possible:
            return True
        case "fork":
            raise Unsupported(f"{START} is 'fork', and there is no fork here; unset it.")
        case asked:
            raise Unsupported(f"{START} is {asked!r}; it can be fork or fresh.")


# -- processes -------------------------------------------------------------------------------------


def die_with_parent() -> None:
    """Be killed when the parent is (Linux; elsewhere the closed channel ends the process)."""
    _prctl(_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of what descendants leave behind, so that it can be ended (Linux)."""
    _prctl(_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def children() -> set[int]:
    """The children of this process, adopted ones among them (Linux; elsewhere none are known)."""
    known = Path(f"/proc/self/task/{os.getpid()}/children")
    try:
        return {int(pid) for pid in known.read_text().split()}
    except FileNotFoundError:
        return set()


def ends_within(pid: int, seconds: float) -> bool:
    """Whether a child ends by itself within so many seconds (Linux; elsewhere it is said to)."""
    if not hasattr(os, "pidfd_open"):
        return True
    descriptor = os.pidfd_open(pid)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def close_from(lowest: int) -> None:
    """Close every descriptor from that one on."""
    if LINUX:
        os.closerange(lowest, os.sysconf("SC_OPEN_MAX"))
    else:  # the most that there may be is next to infinite on some systems
        os.closerange(lowest, max(map(int, os.listdir("/dev/fd")), default=0) + 1)


def trim() -> bool:
    """Give memory that is free back to the system (glibc). Returns whether any was."""
    give_back = None if WINDOWS else getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(give_back and give_back(0))


def peak() -> int:
    """The most bytes of this process that were ever resident at once."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * 1024 if LINUX else most  # macOS tells bytes


# -- threads ---------------------------------------------------------------------------------------


def awake(pid: int) -> bool | None:
    """Whether a thread of the process runs, or would if there were a processor or a disk for it.

    None where that cannot be seen.
    """
    states = set()
    for task in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            states.add(task.read_text().rpartition(")")[2].split()[0])
    return bool(states & {"R", "D"}) if states else None


def at_rest(pid: int) -> Hashable | None:
    """What stays the same as long as a process sleeps, or None if one of its threads is awake."""
    if not LINUX:
        return _work_so_far(pid)
    states = []
    for task in Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            text = task.read_text()
            if "\nState:\tS" not in text:
                return None
            states.append(text[text.index("voluntary_ctxt") :])
    return tuple(states)


def _work_so_far(pid: int) -> Hashable:
    import psutil

    try:
        process = psutil.Process(pid)
        return (*process.cpu_times()[:2], process.num_ctx_switches().voluntary)
    except psutil.Error:
        return ()


def others_asleep() -> bool | None:
    """Whether every other thread of this process waits for somebody; None if that is not seen.

    In a `futex` call without a timeout, a thread can only be woken by somebody else.
    """
    if _FUTEX is None or not _TASKS_ARE_SEEN:
        return None
    first = _waiting()
    return first is not None and first == _waiting()


def _waiting() -> list[tuple[str, bytes]] | None:
    """Every other thread with its count of context switches, or None if one of them is awake."""
    own = str(threading.get_native_id())
    states = []
    for name in os.listdir(_TASKS):
        if name == own:
            continue
        try:
            call = _read(f"{_TASKS}/{name}/syscall").split()
            status = _read(f"{_TASKS}/{name}/status")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if call[0] != _FUTEX or int(call[4], 16) != 0:  # argument 4: the timeout
            return None
        if b"\nState:\tS" not in status:  # a debugger has stopped it, awake or not
            return None
        states.append((name, status[status.index(b"voluntary_ctxt") :]))
    return states


def _read(path: str) -> bytes:
    """A small file of /proc, without the layers of `open`: this is done at every rest of a loop."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 13)
    finally:
        os.close(descriptor)


# -- the terminal ----------------------------------------------------------------------------------


@contextmanager
def single_keys() -> Iterator[None]:
    """Have the terminal hand over each key at once, without showing it, and restore it after."""
    if WINDOWS or not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def next_key(seconds: float) -> str | None:
    """The next key that is pressed within so many seconds, inside of `single_keys`.

    None if there was none; the empty text at the end of the input.
    """
    if WINDOWS:
        return _next_key_on_windows(seconds)
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if not ready:
        return None
    data = os.read(sys.stdin.fileno(), 64)
    # An arrow or a function key is one key that begins with escape, and none of ours.
    return data.decode("utf-8", "replace")[:1] if data else ""


def _next_key_on_windows(seconds: float) -> str | None:
    import msvcrt
    import time

    deadline = time.monotonic() + seconds
    while not msvcrt.kbhit():  # type: ignore[attr-defined]
        if time.monotonic() > deadline:
            return None
        time.sleep(0.02)
    return str(msvcrt.getwch())  # type: ignore[attr-defined]
