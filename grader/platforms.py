"""Where the operating systems differ. Everything else in the kit is the same on all of them."""

from __future__ import annotations

import ctypes
import os
import platform
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WINDOWS = os.name == "nt"
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


def trim() -> bool:
    """Give memory that is free back to the system (glibc). Returns whether any was."""
    give_back = None if WINDOWS else getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(give_back and give_back(0))


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
