"""What a scripted source's `open` returns: a buffered reader of what the judge releases."""

from __future__ import annotations

import io

from grader.stage.channel import Channel


class Handle(io.BufferedReader):
    """Only an explicit `close` closes it, not the garbage collector.

    As with every buffered reader, `close` waits for a read that a thread is at.
    """

    def __init__(self, raw: io.RawIOBase, buffer_size: int, channel: Channel) -> None:
        super().__init__(raw, buffer_size)
        self._channel = channel

    def close(self) -> None:
        self._channel.hear_during(super().close)

    def __del__(self) -> None:
        pass
