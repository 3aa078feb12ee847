"""The image library that the judge drives: real files, of which every read is asked for.

The judge writes the files, and says in which folder. Whoever opens one there with `open`, as
FileResponse and pathlib do too, gets a handle that asks the judge before it reads, and tells it
when it is closed. The bytes themselves come from the disk.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.stage.channel import Channel, SourceFailed
from sources.images import ImageLibrary, image_library
from sources.scripted.handle import Handle

_open: Callable[..., Any] = io.open
_BUFFER = 1 << 16  # bytes


class ObservedLibrary:
    """Makes a library of each folder that the judge names, when it is asked for one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._folders: set[Path] = set()

    async def images(self) -> ImageLibrary:
        folder = Path((await self._channel.ask("settings", source=0))["value"])
        self._folders.add(folder)
        return ImageLibrary(folder)

    def open(self, file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        """Stands in for `open`."""
        if set(mode) != {"r", "b"} or not self._holds(file):
            return _open(file, mode, buffering, *rest, **more)
        raw = ObservedFile(os.fspath(file), self._channel)
        if buffering == 0:
            return raw
        return Handle(raw, _BUFFER if buffering < 0 else buffering, self._channel)

    def _holds(self, file: Any) -> bool:
        return isinstance(file, str | os.PathLike) and Path(os.fspath(file)).parent in self._folders


class ObservedFile(io.FileIO):
    """One image, of which as much can be read as the judge has released."""

    def __init__(self, file: str, channel: Channel) -> None:
        super().__init__(file)
        self._channel = channel
        self._source = channel.new_source()
        self._said_closed = False
        channel.ask_blocking("open", source=self._source)

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        return super().readinto(view[: self._leave(len(view))])

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return self.readall()
        return super().read(self._leave(size))

    def readall(self) -> bytes:
        rest = os.fstat(self.fileno()).st_size - self.tell()
        pieces = iter(lambda: self.read(max(rest, 1)), b"")
        return b"".join(pieces)

    def close(self) -> None:
        if not self._said_closed:
            self._said_closed = True
            self._channel.tell("closed", source=self._source)
        super().close()

    def __del__(self) -> None:
        pass

    def _leave(self, size: int) -> int:
        """How many bytes may be read now, of `size`."""
        try:
            reply = self._channel.ask_blocking(
                "pull", source=self._source, position=self.tell(), amount=size
            )
        except SourceFailed as failure:
            raise OSError(str(failure)) from None
        return size if reply["value"] is None else min(size, int(reply["value"]))


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    observed = ObservedLibrary(channel)
    module: Any
    for module in (builtins, io):
        module.open = observed.open
    return {image_library: observed.images}


def warm_up() -> None:
    """Nothing of this source is done late."""
