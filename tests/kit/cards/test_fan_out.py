"""Cards about one source and many readers, and about queues between them."""

from __future__ import annotations

import asyncio

import anyio
import pytest


async def test_one_queue_gives_each_item_to_one_reader_only() -> None:
    shared: asyncio.Queue[int] = asyncio.Queue()
    readers = [asyncio.create_task(shared.get()) for _ in range(2)]
    shared.put_nowait(1)
    shared.put_nowait(2)
    assert sorted(await asyncio.gather(*readers)) == [1, 2]


async def test_a_queue_of_its_own_gives_every_reader_everything() -> None:
    queues: list[asyncio.Queue[int]] = [asyncio.Queue(maxsize=8) for _ in range(2)]
    for item in (1, 2):
        for queue in list(queues):
            queue.put_nowait(item)
    assert [[queue.get_nowait() for _ in range(2)] for queue in queues] == [[1, 2], [1, 2]]


async def test_a_full_queue_makes_the_producer_wait_or_choose() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
    queue.put_nowait(1)
    waiting = asyncio.ensure_future(queue.put(2))
    await asyncio.sleep(0)
    assert not waiting.done()
    with pytest.raises(asyncio.QueueFull):
        queue.put_nowait(3)
    assert queue.get_nowait() == 1
    await waiting
    assert queue.get_nowait() == 2


async def test_a_memory_stream_tells_the_sender_that_its_reader_has_gone() -> None:
    send, receive = anyio.create_memory_object_stream[int](1)
    async with send:
        receive.close()
        with pytest.raises(anyio.BrokenResourceError):
            await send.send(1)


class Log:
    """A log whose events have growing ids, and its subscribers."""

    def __init__(self) -> None:
        self.events: list[int] = []
        self.live: list[list[int]] = []

    def append(self) -> None:
        self.events.append(len(self.events) + 1)
        for queue in self.live:
            queue.append(self.events[-1])

    def subscribe(self) -> list[int]:
        queue: list[int] = []
        self.live.append(queue)
        return queue


def backlog_first(log: Log, last: int, steps: list[bool]) -> list[int]:
    """Read the backlog, then subscribe: the order that has a gap."""
    happens(log, steps[0])
    told = [number for number in log.events if number > last]
    happens(log, steps[1])
    queue = log.subscribe()
    happens(log, steps[2])
    return told + queue


def subscribes_first(log: Log, last: int, steps: list[bool]) -> list[int]:
    happens(log, steps[0])
    queue = log.subscribe()
    happens(log, steps[1])
    told = [number for number in log.events if number > last]
    happens(log, steps[2])
    return told + [number for number in queue if number > max(told, default=last)]


def happens(log: Log, appended: bool) -> None:
    if appended:
        log.append()


@pytest.mark.parametrize("pattern", range(8))
def test_to_subscribe_before_the_backlog_is_read_leaves_no_gap(pattern: int) -> None:
    steps = [bool(pattern >> bit & 1) for bit in range(3)]
    log = Log()
    for _ in range(3):
        log.append()
    assert subscribes_first(log, 2, steps) == log.events[2:]


def test_to_read_the_backlog_before_subscribing_has_a_gap() -> None:
    log = Log()
    assert backlog_first(log, 0, [True, True, True]) == [1, 3]
    assert log.events == [1, 2, 3]
