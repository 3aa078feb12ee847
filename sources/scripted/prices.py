"""The price feed that the judge drives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.stage.channel import Channel
from sources.prices import PriceFeed, Update, price_feed
from sources.scripted.subscription import Subscription


class ScriptedPriceFeed:
    """Hands out subscriptions. See `sources.prices.PriceFeed`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def subscribe(self) -> Subscription[Update]:
        return Subscription(self._channel, item=lambda reply: reply["value"])


def overrides(channel: Channel) -> dict[Callable[..., Any], Callable[..., Any]]:
    feed: PriceFeed = ScriptedPriceFeed(channel)

    async def scripted() -> PriceFeed:
        return feed

    return {price_feed: scripted}


def warm_up() -> None:
    """Nothing of this source is done late."""
