"""The object storage that the judge drives. Every call blocks the thread that makes it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from grader.stage.channel import Channel, SourceFailed
from sources.scripted.handle import Handle
from sources.storage import ObjectStorage, object_storage

# Bytes that one question asks for at most: the reply fits into the channel's buffer, so that the
# judge can send it while the stage does not read, without waiting.
_AT_ONCE = 1 << 17
_BUFFER = 1 << 16


class ScriptedObjectStorage:
    """See `sources.storage.ObjectStorage`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def size(self, key: str) -> int:
        return int(self._ask("size", source=0)["value"])

    def open(self, key: str) -> BinaryIO:
        source = self._channel.new_source()
        self._ask("open", source=source)
        return cast(BinaryIO, StoredHandle(ScriptedBytes(self._channel, source), self._channel))

    def _ask(self, what: str, *, source: int) -> Any:
        try:
            return self._channel.ask_blocking(what, source=source)
        except SourceFailed as failure:
            raise FileNotFoundError(str(failure)) from None


class StoredHandle(Handle):
    """What `open` returns. It notes who closes it, since another thread may do so for them."""

    raw: ScriptedBytes

    def __init__(self, raw: ScriptedBytes, channel: Channel) -> None:
        super().__init__(raw, _BUFFER, channel)

    def close(self) -> None:
        self.raw.note_closer()
        super().close()


class ScriptedBytes(io.RawIOBase):
    """The bytes of one object, as far as the judge has released them."""

    def __init__(self, channel: Channel, source: int) -> None:
        self._channel = channel
        self._source = source
        self._closer: dict[str, Any] = {}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        amount = min(len(buffer), _AT_ONCE)
        try:
            reply = self._channel.ask_blocking("pull", source=self._source, amount=amount)
        except SourceFailed as failure:
            raise OSError(str(failure)) from None
        buffer[: len(reply.payload)] = reply.payload
        return len(reply.payload)

    def note_closer(self) -> None:
        """The calling thread is about to close it."""
        channel = self._channel
        self._closer = {"on_loop": channel.on_loop, "line": channel.learner.calling_line()}

    def close(self) -> None:
        if not self.closed:
            self._channel.tell("closed", source=self._source, **self._closer)
        super().close()

    def __del__(self) -> None:
        pass


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    storage: ObjectStorage = ScriptedObjectStorage(channel)

    async def scripted() -> ObjectStorage:
        return storage

    return {object_storage: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
