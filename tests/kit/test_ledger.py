"""Which threads are busy: jobs that are counted, and threads that nobody counted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.platforms import others_asleep
from grader.stage import hooks
from grader.stage.ledger import CountedQueue, Ledger

Starter = Callable[[Callable[[], object]], threading.Thread]

seen_from_outside = pytest.mark.skipif(others_asleep() is None, reason="there is no /proc")


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    fresh = Ledger()
    monkeypatch.setattr(CountedQueue, "ledger", fresh, raising=False)
    return fresh


@pytest.fixture
def start() -> Iterator[Starter]:
    """Start threads, which are all at their end when the test is."""
    threads = []

    def started(work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=work)
        thread.start()
        threads.append(thread)
        return thread

    yield started
    for thread in threads:
        thread.join()


def test_a_job_is_busy_from_its_beginning_to_its_end(ledger: Ledger) -> None:
    assert not ledger.busy
    ledger.begin()
    ledger.begin()
    ledger.end()
    assert ledger.busy
    ledger.end()
    assert not ledger.busy


def test_only_the_thread_at_a_job_is_counted(ledger: Ledger, start: Starter) -> None:
    ledger.claim()
    elsewhere: list[bool] = []
    start(lambda: elsewhere.append(ledger.counted)).join()
    assert ledger.counted
    assert elsewhere == [False]


def test_releasing_ends_the_job_of_the_calling_thread_once(ledger: Ledger) -> None:
    ledger.begin()
    ledger.claim()
    ledger.release()
    ledger.release()
    assert (ledger.busy, ledger.counted) == (False, False)
    assert ledger._outstanding == 0


def test_a_job_that_was_disclaimed_is_ended_by_somebody_else(ledger: Ledger) -> None:
    ledger.begin()
    ledger.claim()
    ledger.disclaim()
    ledger.release()
    assert ledger.busy


def test_a_parked_job_does_not_count(ledger: Ledger) -> None:
    ledger.begin()
    ledger.claim()
    ledger.park()
    assert not ledger.busy
    assert ledger.counted  # whoever wakes it begins it again


def test_parking_without_a_job_changes_nothing(ledger: Ledger) -> None:
    ledger.park()
    assert ledger._outstanding == 0


def test_the_loop_is_woken_when_the_last_job_that_it_waits_for_ends(ledger: Ledger) -> None:
    woken: list[str] = []
    ledger.wake = lambda: woken.append("woken")
    ledger.begin()
    ledger.end()
    assert woken == []  # nobody waited
    ledger.begin()
    ledger.begin()
    ledger.quiet()
    ledger.end()
    assert woken == []
    ledger.end()
    assert woken == ["woken"]


def test_an_inbox_counts_a_job_until_the_next_one_is_asked_for(ledger: Ledger) -> None:
    inbox = CountedQueue()
    inbox.put_nowait("first")
    assert ledger.busy
    assert inbox.get() == "first"
    assert ledger.busy
    assert ledger.counted
    with pytest.raises(queue.Empty):
        inbox.get(block=False)
    assert not ledger.busy


def test_an_inbox_does_not_count_the_word_to_stop(ledger: Ledger) -> None:
    inbox = CountedQueue()
    inbox.put_nowait(None)
    assert inbox.get() is None
    assert (ledger.busy, ledger.counted) == (False, False)
    inbox.task_done()


@seen_from_outside
def test_a_thread_that_computes_is_not_quiet(ledger: Ledger, start: Starter) -> None:
    stop = False

    def compute() -> None:
        while not stop:
            pass

    start(compute)
    looks = [ledger.quiet() for _ in range(100)]
    stop = True
    assert looks == [False] * 100


@seen_from_outside
def test_a_thread_that_waits_for_somebody_is_quiet(ledger: Ledger, start: Starter) -> None:
    gate = threading.Lock()
    gate.acquire()
    start(gate.acquire)
    while not ledger.quiet():  # until it has come to the lock
        pass
    gate.release()


@seen_from_outside
def test_a_counted_job_that_waits_for_somebody_is_quiet(ledger: Ledger, start: Starter) -> None:
    inbox, gate = CountedQueue(), threading.Lock()
    gate.acquire()

    def work() -> None:
        inbox.get()
        gate.acquire()

    start(work)
    inbox.put_nowait("job")
    while not ledger.quiet():
        pass
    assert ledger.busy
    gate.release()


@seen_from_outside
def test_a_thread_that_waits_for_a_time_is_not_quiet(ledger: Ledger, start: Starter) -> None:
    gate = threading.Event()
    waiter = start(lambda: gate.wait(3600))
    looks = [ledger.quiet() for _ in range(100)]
    alive = waiter.is_alive()
    gate.set()
    assert alive
    assert looks == [False] * 100


def test_a_free_thread_of_a_pool_has_begun_a_job_before_it_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ThreadPoolExecutor, "submit", ThreadPoolExecutor.submit)  # put back later
    hooks.begin_jobs_at_once()
    with ThreadPoolExecutor(2) as pool:
        assert not any(pool.submit(int).cancel() for _ in range(500))


def test_a_job_that_no_thread_is_free_for_waits_for_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ThreadPoolExecutor, "submit", ThreadPoolExecutor.submit)
    hooks.begin_jobs_at_once()
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(done.wait)
        assert pool.submit(int).cancel()
        third = pool.submit(int, "3")
        done.set()
    assert (first.result(), third.result()) == (True, 3)
