"""The price feed that the judge drives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

from grader.stage.channel import Channel, SourceFailed
from sources.prices import PriceFeed, Update, price_feed


class ScriptedPriceFeed:
    """Hands out subscriptions. See `sources.prices.PriceFeed`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def subscribe(self) -> Subscription:
        return Subscription(self._channel)


class Subscription:
    """One subscription. A class, not a generator: only `async with` closes it, never chance."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._source = channel.new_source()
        self._open = False

    async def __aenter__(self) -> AsyncIterator[Update]:
        try:
            await self._channel.ask("open", source=self._source)
        except SourceFailed as failure:
            raise ConnectionRefusedError(str(failure)) from None
        self._open = True
        return self._updates()

    async def __aexit__(self, *exception: object) -> None:
        if self._open:
            self._open = False
            self._channel.tell("closed", source=self._source)

    async def _updates(self) -> AsyncIterator[Update]:
        while self._open:
            try:
                reply = await self._channel.ask("pull", source=self._source)
            except SourceFailed as failure:
                raise ConnectionResetError(str(failure)) from None
            if reply["outcome"] == "ends":
                return
            yield cast(Update, reply["value"])


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    feed: PriceFeed = ScriptedPriceFeed(channel)

    async def scripted() -> PriceFeed:
        return feed

    return {price_feed: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
