"""Where the operating systems differ. Everything else in the kit is the same on all of them."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager

WINDOWS = os.name == "nt"
START = "STREAMDRILL_START"  # fork or fresh: how processes are started


def forks() -> bool:
    """Whether processes are forked from warm ones. If not, each is a fresh one, which is slower.

    Windows has no fork. On macOS the system's own libraries may fail in a forked process.
    """
    asked = os.environ.get(START)
    return asked == "fork" if asked else hasattr(os, "fork") and sys.platform != "darwin"


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
