"""Every private name of another package that the stage leans on, and nothing else.

`versions` names the packages. `grader.judge.selfcheck` judges one right and one wrong endpoint
whenever one of their versions is new, and says which package to suspect.
"""

from __future__ import annotations

import importlib.metadata
import platform
import ssl
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from grader.stage.ledger import PATIENCE, CountedQueue, Ledger

LEANED_ON = ("anyio", "aiosqlite", "fastapi", "starlette", "uvicorn", "h11", "sqlalchemy")


def versions() -> dict[str, str]:
    """The versions on which the hooks depend, by package."""
    found = {name: importlib.metadata.version(name) for name in LEANED_ON}
    return {"python": platform.python_version(), **found}


def count_worker_threads(ledger: Ledger) -> None:
    """Have the jobs of anyio's and aiosqlite's worker threads counted by `ledger`."""
    CountedQueue.ledger = ledger
    _count_anyio_workers()
    _count_aiosqlite_connections(ledger)


def begin_jobs_at_once() -> None:
    """Have a free thread of a pool begin a job before whoever submits it goes on.

    Else it is chance whether a job runs that is cancelled right away, as one is that cleans up when
    the client has left.
    """
    submit: Any = ThreadPoolExecutor.submit
    busy: WeakKeyDictionary[ThreadPoolExecutor, int] = WeakKeyDictionary()
    lock = threading.Lock()

    def count(pool: ThreadPoolExecutor, change: int) -> None:
        with lock:
            busy[pool] = busy.get(pool, 0) + change

    def submit_and_wait(
        self: ThreadPoolExecutor, job: Callable[..., Any], /, *arguments: Any, **named: Any
    ) -> Any:
        begun = threading.Event()

        def run() -> Any:
            count(self, 1)
            begun.set()
            try:
                return job(*arguments, **named)
            finally:
                count(self, -1)

        future = submit(self, run)
        if busy.get(self, 0) < self._max_workers:
            begun.wait(PATIENCE)
        return future

    pool: Any = ThreadPoolExecutor
    pool.submit = submit_and_wait


def remember_endpoint(endpoint: Any) -> None:
    """Fill FastAPI's cache of an endpoint's file and line, which costs more than a request does."""
    import fastapi.routing

    fastapi.routing._extract_endpoint_context(endpoint)


def share_tls_settings() -> None:
    """Give all that ask for default TLS settings the same ones, made once.

    httpx asks for each client, encrypted or not, and reading the certificates takes 20 ms.
    """
    shared = _tls_settings()
    ssl.create_default_context = lambda *arguments, **options: shared


@cache
def _tls_settings() -> ssl.SSLContext:
    return ssl.create_default_context()


def warm_up_clients() -> None:
    """Import what most clients import, and make what they share, so that no stage has to."""
    import httpx  # noqa: F401

    _tls_settings()


def import_time_machine() -> Any:
    """The module `time_machine`. It would import pytest, too, which takes 100 ms, if it could."""
    hidden: Any = None
    modules: Any = sys.modules
    if "pytest" not in modules:
        modules["pytest"] = hidden
    try:
        import time_machine
    finally:
        if modules.get("pytest") is hidden:
            del modules["pytest"]
    return time_machine


def stop_the_calendar(moment: float) -> Callable[[float], None]:
    """Have `datetime.now` say `moment`, in seconds since 1970, and return what sets it anew."""
    calendar = import_time_machine().travel(moment, tick=False).start()
    half = 5e-7  # of a microsecond: below that, datetime cuts off
    return lambda moment: calendar.move_to(moment + half)


def _count_anyio_workers() -> None:
    from anyio._backends import _asyncio

    worker_thread: Any = _asyncio.WorkerThread
    original = worker_thread.__init__

    def init(self: Any, *args: Any) -> None:
        original(self, *args)
        self.queue = CountedQueue()

    worker_thread.__init__ = init


def _count_aiosqlite_connections(ledger: Ledger) -> None:
    from aiosqlite import core

    module: Any = core
    original = module._connection_worker_thread

    def worker(inbox: Any) -> None:
        try:
            original(inbox)
        finally:
            ledger.release()  # the last job ends the thread without asking for another

    module._connection_worker_thread = worker
    module.SimpleQueue = CountedQueue
