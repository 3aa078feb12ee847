"""What a scripted source that is read item by item hands out, to be opened by `async with`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

from grader.control import Message
from grader.stage.channel import Channel, SourceFailed

T = TypeVar("T")


class Subscription(Generic[T]):
    """One opening. A class, not a generator: only `async with` closes it, never chance.

    `argument` is what the learner's code asked for, and `item` makes an item of a
    reply. Opening it raises `ConnectionRefusedError` when the source refuses, and reading it
    `ConnectionResetError` when the source fails.
    """

    def __init__(
        self, channel: Channel, *, item: Callable[[Message], T], argument: str | None = None
    ) -> None:
        self._channel = channel
        self._item = item
        self._argument = argument
        self._source = channel.new_source()
        self._open = False

    async def __aenter__(self) -> AsyncIterator[T]:
        await self.open()
        return self._items()

    async def open(self) -> Any:
        """Open it. Returns what the source has to say at its opening, a JSON value."""
        try:
            reply = await self._channel.ask("open", source=self._source, argument=self._argument)
        except SourceFailed as failure:
            raise ConnectionRefusedError(str(failure)) from None
        self._open = True
        return reply["value"]

    async def __aexit__(self, *exception: object) -> None:
        if self._open:
            self._open = False
            self._channel.tell("closed", source=self._source)

    async def pull(self, *, position: int | None = None) -> Message:
        """Ask for the next item, or for that one. The reply's outcome is "item" or "ends"."""
        try:
            return await self._channel.ask("pull", source=self._source, position=position)
        except SourceFailed as failure:
            raise ConnectionResetError(str(failure)) from None

    async def _items(self) -> AsyncIterator[T]:
        while self._open:
            reply = await self.pull()
            if reply["outcome"] == "ends":
                return
            yield self._item(reply)
