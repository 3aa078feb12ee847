"""What a scripted source's `open` returns, on a channel whose judge is this test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.control import Decoder, Message, encode
from grader.stage.channel import Channel
from grader.stage.clock import VirtualClock
from grader.stage.ledger import Ledger
from grader.stage.where import Learner
from sources.scripted.storage import ScriptedObjectStorage


class Judge:
    """The judge's end, which has to be read and answered by hand."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        self._decoder = Decoder()
        self._messages: list[Message] = []
        ledger = Ledger()
        self.channel = Channel(
            theirs, learner=Learner(Path(__file__)), clock=VirtualClock(ledger), ledger=ledger
        )

    def hears(self) -> Message:
        while not self._messages:
            self._messages += self._decoder.feed(self._ours.recv(1 << 16))
        return self._messages.pop(0)

    def answers(self, payload: bytes = b"") -> None:
        ticket = self.hears()["ticket"]
        fields = {"ticket": ticket, "outcome": "item", "value": None, "reason": ""}
        self._ours.sendall(encode("reply", payload, **fields))

    def close(self) -> None:
        self._ours.close()
        self.channel.connection.close()


@pytest.fixture
def judge() -> Iterator[Judge]:
    judge = Judge()
    yield judge
    judge.close()


async def test_to_close_on_the_loop_waits_for_a_read_and_hears_the_judge(judge: Judge) -> None:
    judge.channel.attach(asyncio.get_running_loop())
    storage = ScriptedObjectStorage(judge.channel)
    opener = threading.Thread(target=judge.answers)
    opener.start()
    handle = storage.open("large-file.bin")
    opener.join()
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(handle.read(4)))
    reader.start()
    judge.answers(b"data")  # who reads it is the loop, which is about to close

    handle.close()

    reader.join()
    assert read == [b"data"]
    assert handle.closed
    closed = judge.hears()
    assert (closed.kind, closed["on_loop"]) == ("closed", True)
    assert closed["line"]["text"] == "handle.close()"


async def test_to_close_in_a_thread_waits_there(judge: Judge) -> None:
    storage = ScriptedObjectStorage(judge.channel)
    judge.channel.attach(asyncio.get_running_loop())
    opener = threading.Thread(target=judge.answers)
    opener.start()
    handle = storage.open("large-file.bin")
    opener.join()

    await asyncio.to_thread(handle.close)

    assert (closed := judge.hears()).kind == "closed"
    assert not closed["on_loop"]
