"""Object storage in which every call blocks, as it does with boto3 and most database drivers.

An endpoint takes it as a parameter, `storage: Storage`. `storage.size`, `storage.open`, and `read`
and `close` of the handle all make the calling thread wait.
"""

from __future__ import annotations

import os
from functools import cache
from io import BufferedReader
from pathlib import Path
from random import Random
from typing import Annotated, BinaryIO, Protocol

from fastapi import Depends

from sources.data import DATA, ensure

LARGE_FILE = "large-file.bin"

_MIB = 1024 * 1024


class ObjectStorage(Protocol):
    """Objects by key. There are no paths: the bytes come from a handle only."""

    def size(self, key: str) -> int:
        """The size of an object in bytes. Raises FileNotFoundError for an unknown key."""
        ...

    def open(self, key: str) -> BinaryIO:
        """A handle at the first byte of an object, which the caller closes.

        Raises FileNotFoundError for an unknown key.
        """
        ...


class LiveObjectStorage:
    """One object, `LARGE_FILE`: 10 MiB that are the same on every machine, made on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def size(self, key: str) -> int:
        """See `ObjectStorage.size`."""
        return self._file(key).stat().st_size

    def open(self, key: str) -> BufferedReader:
        """See `ObjectStorage.open`."""
        # By descriptor, so that the handle's name is no path that could be served instead of it.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self._file(key), flags), "rb")

    def _file(self, key: str) -> Path:
        if key != LARGE_FILE:
            raise FileNotFoundError(f"no object {key!r} in the storage; it holds {LARGE_FILE!r}")
        return ensure(self._folder / LARGE_FILE, _write_large_file)


def _write_large_file(file: Path) -> None:
    with file.open("wb") as target:
        for block in range(10):
            target.write(Random(block).randbytes(_MIB))


@cache
def object_storage() -> ObjectStorage:
    """The dependency behind `Storage`."""
    return LiveObjectStorage(DATA)


Storage = Annotated[ObjectStorage, Depends(object_storage)]
