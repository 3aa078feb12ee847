"""The end of a log that the judge drives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.stage.channel import Channel
from sources.logs import LogEntry, LogTail, log_tail
from sources.scripted.subscription import Subscription


class ScriptedLogTail:
    """Hands out subscriptions. See `sources.logs.LogTail`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def follow(self, after: str | None = None) -> Subscription[LogEntry]:
        argument = None if after is None else str(after)
        return Subscription(self._channel, item=lambda reply: reply["value"], argument=argument)


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    tail: LogTail = ScriptedLogTail(channel)

    async def scripted() -> LogTail:
        return tail

    return {log_tail: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
