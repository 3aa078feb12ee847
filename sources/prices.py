"""A feed of stock prices: asynchronous, and open only while someone is subscribed.

An endpoint takes it as a parameter, `market: Market`, and reads it inside its stream:

    async with market.subscribe() as updates:
        async for update in updates:
            ...
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Annotated, Protocol

from fastapi import Depends
from typing_extensions import TypedDict  # pydantic refuses typing's before Python 3.12

UPDATES = 50

_OPENING_PRICES = {"AAPL": 227.5, "AMZN": 201.3, "GOOGL": 178.4, "MSFT": 431.2, "NVDA": 138.9}


class Update(TypedDict):
    """One change of one price.

    `timestamp` is ISO 8601 with an offset, taken when the update is made. `price` is positive, in
    dollars; `change` is the difference from the stock's price before. `update_number` counts
    from 1 in each subscription.
    """

    timestamp: str
    stock: str
    price: float
    change: float
    update_number: int


class PriceFeed(Protocol):
    """Whatever prices can be subscribed to."""

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[Update]]:
        """Open a subscription: its updates, in order, until the feed ends.

        A subscription costs the feed something, so whoever opens one leaves the `async with`
        block as soon as nobody reads the updates any more.
        """
        ...


class LivePriceFeed:
    """Fifty updates for each subscriber, the first at once, then one every `interval` seconds."""

    def __init__(self, *, interval: float = 0.5) -> None:
        self._interval = interval

    @asynccontextmanager
    async def subscribe(self) -> AsyncGenerator[AsyncIterator[Update]]:
        """See `PriceFeed.subscribe`."""
        async with aclosing(self._updates()) as updates:
            yield updates

    async def _updates(self) -> AsyncGenerator[Update]:
        walk = Random(1)
        prices = dict(_OPENING_PRICES)
        for number in range(1, UPDATES + 1):
            if number > 1:
                await asyncio.sleep(self._interval)
            stock = walk.choice(list(prices))
            price = round(prices[stock] * walk.uniform(0.99, 1.01), 2)
            change = round(price - prices[stock], 2)
            prices[stock] = price
            yield Update(
                timestamp=datetime.now(UTC).isoformat(),
                stock=stock,
                price=price,
                change=change,
                update_number=number,
            )


@cache
def price_feed() -> PriceFeed:
    """The dependency behind `Market`."""
    return LivePriceFeed()


Market = Annotated[PriceFeed, Depends(price_feed)]
