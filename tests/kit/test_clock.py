"""Virtual time, from the judge's end of the channel: it passes when it is granted, and only then.

Each experiment is an endpoint in a real stage. The judge here sends bare messages, and looks at
what the stage says and at what it has answered by the time that it says it is idle.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from grader.control import Decoder, Message, encode
from grader.judge.loading import Loader
from grader.judge.outlets import Outlets
from grader.judge.wire import Client
from grader.stage.clock import EPOCH, START

ENDPOINT = """
import asyncio, queue, threading, time
from concurrent.futures import ThreadPoolExecutor
import aiosqlite, anyio, anyio.to_thread
from fastapi import APIRouter, Response

router = APIRouter()

def now():
    return asyncio.get_running_loop().time()

@router.get("/experiment")
async def experiment():
    loop = asyncio.get_running_loop()
{body}
"""


class Judge:
    """The judge's end of one stage's channel, with one request under way."""

    def __init__(self, control: socket.socket, address: str) -> None:
        self.control = control
        self.said: list[Message] = []
        self.client = Client(address, number=1)
        self._decoder = Decoder()
        self._sent = 0
        control.settimeout(30)
        self.client.request("GET", "/experiment", [])

    def send(self, kind: str, **fields: Any) -> None:
        self._sent += 1
        self.control.sendall(encode(kind, **fields))

    def settle(self) -> Message:
        """The word with which the stage says that nothing more happens."""
        self.send("settle")
        return self._idle()

    def grant(self, moment: float) -> Message:
        """Let time pass up to `moment`, in virtual seconds from the stage's beginning."""
        self.send("advance", to=START + moment)
        return self._idle()

    def until(self, kind: str) -> Message:
        """Wait for a message of that kind."""
        while True:
            message = self._next()
            if message.kind == kind:
                return message

    def answer(self) -> Any:
        """The JSON that the endpoint has returned by now, or None."""
        self.client.drain(0.0)
        return json.loads(self.client.body) if self.client.complete else None

    def _idle(self) -> Message:
        while True:
            message = self.until("idle")
            if message["heard"] == self._sent:
                return message

    def _next(self) -> Message:
        while not self.said:
            data = self.control.recv(1 << 16)
            assert data, "the stage has ended"
            self.said += self._decoder.feed(data)
        return self.said.pop(0)


Experiment = Callable[[str], Judge]


@pytest.fixture
def experiment(zygote: str, tmp_path: Path) -> Iterator[Experiment]:
    """Starts a stage whose endpoint has this body, and asks for it once."""
    with ExitStack() as stack:

        def start(body: str) -> Judge:
            file = tmp_path / "experiment.py"
            file.write_text(ENDPOINT.format(body=indent(dedent(body), " " * 4)))
            job = {"file": str(file), "method": "GET", "path": "/experiment"}
            job |= {"source": "prices", "function": "", "mode": "virtual"}
            outlets = stack.enter_context(closing(Outlets()))
            loader = Loader(zygote, job=job, outlets=outlets)
            stack.enter_context(closing(loader))
            loader.wait()
            _, berth = loader.stage()
            judge = Judge(stack.enter_context(berth.control), berth.address)
            stack.enter_context(closing(judge.client))
            return judge

        yield start


SLEEPS = {
    "asyncio.sleep": "await asyncio.sleep(5)",
    "anyio.sleep": "await anyio.sleep(5)",
    "call_later": """
        event = asyncio.Event()
        loop.call_later(5, event.set)
        await event.wait()
    """,
    "wait_for": """
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 5)
        except TimeoutError:
            pass
    """,
    "anyio.move_on_after": """
        with anyio.move_on_after(5):
            await asyncio.Event().wait()
    """,
    "many short sleeps": "for _ in range(20): await asyncio.sleep(0.25)",
    "asyncio.to_thread": "await asyncio.to_thread(time.sleep, 5)",
    "anyio.to_thread": "await anyio.to_thread.run_sync(time.sleep, 5)",
    "run_in_executor": "await loop.run_in_executor(None, time.sleep, 5)",
    "an executor of one's own": """
        with ThreadPoolExecutor() as executor:
            await loop.run_in_executor(executor, time.sleep, 5)
    """,
    "a thread of one's own": """
        done = asyncio.Event()
        def work():
            time.sleep(5)
            loop.call_soon_threadsafe(done.set)
        threading.Thread(target=work).start()
        await done.wait()
    """,
    "a thread that is waited for in a thread": """
        def work():
            thread = threading.Thread(target=time.sleep, args=(5,))
            thread.start()
            thread.join()
        await asyncio.to_thread(work)
    """,
    "aiosqlite": """
        async with aiosqlite.connect(":memory:") as connection:
            await connection.create_function("nap", 1, lambda seconds: time.sleep(seconds))
            await connection.execute("SELECT nap(5)")
    """,
}


@pytest.mark.parametrize("body", SLEEPS.values(), ids=SLEEPS)
def test_a_sleep_ends_when_its_time_is_granted(experiment: Experiment, body: str) -> None:
    judge = experiment(dedent(body) + "\nreturn [now(), time.monotonic()]")
    judge.settle()
    judge.grant(4.9)
    assert judge.answer() is None
    judge.grant(5)
    assert judge.answer() == [START + 5, START + 5]


@pytest.mark.parametrize("body", SLEEPS.values(), ids=SLEEPS)
def test_time_stops_at_the_end_of_a_sleep_and_not_of_the_grant(
    experiment: Experiment, body: str
) -> None:
    judge = experiment(dedent(body) + "\nreturn now()")
    judge.settle()
    idle = judge.grant(3600)
    assert judge.answer() == START + 5
    assert idle["now"] == START + 3600


@pytest.mark.parametrize("name", ["asyncio.sleep", "asyncio.to_thread", "a thread of one's own"])
def test_an_idle_stage_says_when_its_next_timer_is_due(experiment: Experiment, name: str) -> None:
    judge = experiment(SLEEPS[name])
    assert judge.settle()["due"] == START + 5
    assert judge.grant(2)["due"] == START + 5


def test_timers_and_sleeping_threads_wake_in_the_order_of_their_times(
    experiment: Experiment,
) -> None:
    judge = experiment("""
        woken = []
        async def sleep(seconds):
            await asyncio.sleep(seconds)
            woken.append([now(), "loop"])
        async def nap(seconds):
            await asyncio.to_thread(time.sleep, seconds)
            woken.append([now(), "thread"])
        await asyncio.gather(sleep(2), nap(1.5), sleep(1), nap(3))
        return woken
    """)
    judge.settle()
    judge.grant(10)
    assert judge.answer() == [
        [START + 1, "loop"],
        [START + 1.5, "thread"],
        [START + 2, "loop"],
        [START + 3, "thread"],
    ]


def test_all_clocks_of_the_time_module_agree(experiment: Experiment) -> None:
    judge = experiment("""
        await asyncio.sleep(0.5)
        return [
            time.time(), time.monotonic(), time.perf_counter(),
            time.time_ns(), time.monotonic_ns(), time.perf_counter_ns(),
        ]
    """)
    judge.settle()
    judge.grant(0.5)
    since = START + 0.5
    epoch = EPOCH + 0.5
    assert judge.answer() == [
        epoch,
        since,
        since,
        int(epoch * 1e9),
        int(since * 1e9),
        int(since * 1e9),
    ]


def test_datetime_is_on_virtual_time(experiment: Experiment) -> None:
    judge = experiment("""
        from datetime import UTC, datetime

        await asyncio.sleep(0.25)
        return [datetime.now(UTC).isoformat(), datetime.now(UTC).timestamp() == time.time()]
    """)
    judge.settle()
    judge.grant(10)
    assert judge.answer() == ["2027-01-15T08:00:00.250000+00:00", True]


def test_a_sleep_on_the_loops_own_thread_is_reported_and_takes_its_time(
    experiment: Experiment,
) -> None:
    judge = experiment("time.sleep(5)\nreturn now()")
    judge.send("settle")
    slept = judge.until("slept")
    assert slept["seconds"] == 5
    assert slept["line"]["text"] == "time.sleep(5)"
    judge.settle()
    assert judge.answer() == START + 5


def test_a_negative_sleep_is_refused_as_in_production(experiment: Experiment) -> None:
    judge = experiment("""
        try:
            time.sleep(-1)
        except ValueError as error:
            return str(error)
    """)
    judge.settle()
    assert judge.answer() == "sleep length must be non-negative"


DONE_BEFORE_IDLE = {
    "a thread's result": "return await asyncio.to_thread(sum, range(300_000))",
    "a worker thread's result": "return await anyio.to_thread.run_sync(sum, range(300_000))",
    "what a thread of one's own posts": """
        result = loop.create_future()
        def work():
            total = sum(range(300_000))
            loop.call_soon_threadsafe(result.set_result, total)
        threading.Thread(target=work).start()
        return await result
    """,
    "a thread that asks the loop": """
        async def total():
            await asyncio.sleep(0)
            return sum(range(300_000))
        def work():
            return asyncio.run_coroutine_threadsafe(total(), loop).result()
        return await asyncio.to_thread(work)
    """,
    "a row": """
        async with aiosqlite.connect(":memory:") as connection:
            async with connection.execute("SELECT 44999850000") as cursor:
                return (await cursor.fetchone())[0]
    """,
    "many turns of the loop": """
        for _ in range(10_000):
            await asyncio.sleep(0)
        return 44999850000
    """,
}


@pytest.mark.parametrize("body", DONE_BEFORE_IDLE.values(), ids=DONE_BEFORE_IDLE)
def test_a_stage_is_not_idle_before_its_work_is_done(experiment: Experiment, body: str) -> None:
    judge = experiment(body)
    judge.settle()
    assert judge.answer() == 44999850000


BLOCKED_FOR_GOOD = {
    "queue.get in asyncio.to_thread": "await asyncio.to_thread(queue.Queue().get)",
    "queue.get in anyio.to_thread": "await anyio.to_thread.run_sync(queue.SimpleQueue().get)",
    "a lock in a thread of one's own": """
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        await asyncio.Event().wait()
    """,
    "a row that waits for the loop": """
        gate = threading.Event()
        async with aiosqlite.connect(":memory:") as connection:
            await connection.create_function("gate", 0, gate.wait)
            await connection.execute("SELECT gate()")
    """,
}


@pytest.mark.parametrize("body", BLOCKED_FOR_GOOD.values(), ids=BLOCKED_FOR_GOOD)
def test_a_job_that_waits_for_somebody_does_not_hold_up_time(
    experiment: Experiment, body: str
) -> None:
    judge = experiment(body)
    assert judge.settle()["due"] is None
    assert judge.grant(60)["now"] == START + 60
    assert judge.answer() is None


def test_a_loop_that_turns_without_an_end_is_reported_with_its_line(experiment: Experiment) -> None:
    judge = experiment("while True: await asyncio.sleep(0)")
    judge.send("settle")
    assert judge.until("livelock")["lines"][0]["text"] == "while True: await asyncio.sleep(0)"


def test_a_loop_that_waits_in_each_turn_is_none(experiment: Experiment) -> None:
    judge = experiment("while True: await asyncio.sleep(0.001)")
    assert judge.settle()["due"] == pytest.approx(START + 0.001)
    assert judge.grant(1)["now"] == START + 1


def test_an_idle_stage_says_whether_the_client_keeps_it_from_writing(
    experiment: Experiment,
) -> None:
    judge = experiment("return Response(b'x' * 5_000_000)")
    assert judge.settle()["writing"]
    while judge.client.drain(0.0) or not judge.client.complete:
        writing = judge.settle()["writing"]
    assert not writing
    assert judge.client.received == 5_000_000


def test_a_failure_is_reported_with_its_line(experiment: Experiment) -> None:
    judge = experiment("await asyncio.sleep(0)\nraise LookupError('gone')")
    judge.send("settle")
    raised = judge.until("raised")
    assert (raised["type"], raised["text"]) == ("LookupError", "gone")
    assert raised["line"]["text"] == "raise LookupError('gone')"


def test_what_it_stands_at_can_be_asked(experiment: Experiment) -> None:
    judge = experiment("await asyncio.Event().wait()")
    judge.settle()
    judge.send("where")
    assert judge.until("answer")["lines"][0]["text"] == "await asyncio.Event().wait()"
