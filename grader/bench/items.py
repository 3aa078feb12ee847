"""Sources of items under a measured load; each item that is taken is counted.

They give as fast as they are asked, or one item every `interval` seconds, and begin anew when they
are at their end, until there were `count`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from itertools import cycle, islice
from types import SimpleNamespace
from typing import Any, cast

from grader.bench.load import Load, Override
from grader.bench.tally import Tally


def _paced(
    open_: Callable[..., AbstractAsyncContextManager[AsyncIterator[Any]]], load: Load, tally: Tally
) -> Callable[..., AbstractAsyncContextManager[AsyncIterator[Any]]]:
    """The method of a source that gives items, with their number and their pace changed."""

    @asynccontextmanager
    async def opened(*arguments: Any, **named: Any) -> AsyncGenerator[AsyncIterator[Any]]:
        async with aclosing(_items(lambda: open_(*arguments, **named), load, tally)) as items:
            yield items

    return opened


async def _items(
    open_: Callable[[], AbstractAsyncContextManager[AsyncIterator[Any]]], load: Load, tally: Tally
) -> AsyncGenerator[Any]:
    left = load.count
    while left:
        async with open_() as items:
            async for item in items:
                await asyncio.sleep(load.interval)
                tally.take()
                yield item
                left -= 1
                if not left:
                    return


def prices_load(load: Load, tally: Tally) -> Override:
    from sources.prices import LivePriceFeed, price_feed

    open_ = LivePriceFeed(interval=0).subscribe
    return price_feed, lambda: SimpleNamespace(subscribe=_paced(open_, load, tally))


def logs_load(load: Load, tally: Tally) -> Override:
    from sources.logs import LiveLogTail, log_tail

    open_ = LiveLogTail(pauses=(0, 0)).follow
    return log_tail, lambda: SimpleNamespace(follow=_paced(open_, load, tally))


def archive_load(load: Load, tally: Tally) -> Override:
    from sources.archive import LiveArchive, archive

    return archive, lambda: SimpleNamespace(scan=_paced(LiveArchive().scan, load, tally))


def model_load(load: Load, tally: Tally) -> Override:
    from sources.model import LocalModel, language_model

    open_ = LocalModel(fastest=0, slowest=0).reply
    return language_model, lambda: SimpleNamespace(reply=_paced(open_, load, tally))


def records_load(load: Load, tally: Tally) -> Override:
    from sources.records import LiveRecordStore, record_store

    open_ = LiveRecordStore(count=load.count, interval=0).read
    return record_store, lambda: SimpleNamespace(read=_paced(open_, load, tally))


def tasks_load(load: Load, tally: Tally) -> Override:
    from sources.tasks import MESSAGES, LiveTask, worker

    class Step:
        def __init__(self, message: str) -> None:
            self.message = message

        async def run(self) -> None:
            await asyncio.sleep(load.interval)
            tally.take()

    @asynccontextmanager
    async def start() -> AsyncGenerator[LiveTask]:
        steps = [Step(message) for message in islice(cycle(MESSAGES), load.count)]
        yield LiveTask(cast(Any, steps))

    return worker, lambda: SimpleNamespace(start=start)
