"""What a server under measurement has done so far, readable from another process at any moment."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import NamedTuple

_FIELDS = 4


class Counts(NamedTuple):
    """Items (of a file: bytes) taken from the source, and pieces of body given to the server."""

    taken: int
    chunks: int
    bytes: int
    largest: int  # chunk, in bytes


class Tally:
    """Counters in a file that is mapped into memory: no question to a busy event loop is needed."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(bytes(8 * _FIELDS))
        with file.open("r+b") as opened:
            self._numbers = memoryview(mmap.mmap(opened.fileno(), 0)).cast("q")

    def take(self, count: int = 1) -> None:
        """Something was taken from the source."""
        self._numbers[0] += count

    def give(self, size: int) -> None:
        """A piece of body was given to the server."""
        self._numbers[1] += 1
        self._numbers[2] += size
        self._numbers[3] = max(self._numbers[3], size)

    def reset(self) -> None:
        for number in range(_FIELDS):
            self._numbers[number] = 0

    def read(self) -> Counts:
        return Counts(*self._numbers)
