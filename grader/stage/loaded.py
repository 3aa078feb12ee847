"""The loader: it has imported the learner's file, and forks a stage for each behaviour.

One process a judgement. The file is imported once, so that a behaviour costs a fork and not an
import. Should the import have started threads, which a fork would lose, the loader says so
(`forkable`), and the judge orders a fresh loader for each stage, which it then `become`s.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from fastapi import FastAPI
from fastapi.routing import APIRoute

from grader.application import application
from grader.control import encode
from grader.platforms import adopt_orphans, die_with_parent
from grader.stage import hooks, process
from grader.stage.calling import call_real, call_virtual
from grader.stage.channel import Channel
from grader.stage.clock import RealClock, VirtualClock
from grader.stage.ledger import Ledger
from grader.stage.loader import Expected, Refusal, add_to_path, load_function, load_router
from grader.stage.process import Orders
from grader.stage.server import serve_real, serve_virtual
from grader.stage.where import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the judge orders.

    `mode` is "virtual" or "real"; `source` names a scripted source, and is empty for none.
    `function` is the name of a client's function, and is empty for an endpoint.
    """

    file: str
    method: str
    path: str
    source: str
    function: str
    mode: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An application that is ready to be served, and the name of its scripted source."""

    app: FastAPI
    source: str

    def run(
        self, listener: socket.socket, channel: Channel, clock: VirtualClock | RealClock
    ) -> None:
        if self.source:
            scripted = importlib.import_module(f"sources.scripted.{self.source}")
            self.app.dependency_overrides |= scripted.overrides(channel)
        if isinstance(clock, VirtualClock):
            serve_virtual(self.app, listener, channel, clock)
        else:
            serve_real(self.app, listener, channel, clock)


@dataclass(frozen=True, slots=True)
class Client:
    """A function that is ready to be called."""

    function: Callable[..., Any]

    def run(
        self, listener: socket.socket, channel: Channel, clock: VirtualClock | RealClock
    ) -> None:
        if isinstance(clock, VirtualClock):
            call_virtual(self.function, listener, channel, clock)
        else:
            call_real(self.function, channel, clock)


@dataclass(slots=True)
class Loaded:
    """What is ready to be run, and the clock that its file was imported under."""

    answer: Endpoint | Client
    learner: Learner
    ledger: Ledger
    clock: VirtualClock | RealClock
    stages: set[int] = field(default_factory=set)

    def stage(self, control: int, listener: int) -> NoReturn:
        """Serve until the process is ended."""
        channel = Channel(
            socket.socket(fileno=control),
            learner=self.learner,
            clock=self.clock,
            ledger=self.ledger,
        )
        with socket.socket(fileno=listener) as listening:
            self.answer.run(listening, channel, self.clock)
        os._exit(0)


def run(
    fields: dict[str, str], *, channel: socket.socket, trace: int, forks: bool = True
) -> NoReturn:
    """Load the file, tell the judge, and fork stages until the judge is gone.

    Without `forks` it can only become a stage.
    """
    die_with_parent()
    adopt_orphans()
    job = Job(**fields)
    learner = Learner(Path(job.file))
    faulthandler.register(signal.SIGUSR1, file=trace, all_threads=True, chain=False)
    signal.signal(signal.SIGUSR2, lambda *_: learner.tell_line(trace))
    # Threads that run meanwhile change what the other one reads, which can end the process.
    faulthandler.register(signal.SIGUSR2, file=trace, all_threads=False, chain=True)
    here = os.getpid()
    try:
        loaded = _load(job, learner)
    except Refusal as refusal:
        channel.sendall(encode("refused", reason=refusal.reason, line=refusal.line))
        os._exit(0)
    if os.getpid() != here:  # a fork of the file's own making
        os._exit(0)
    gc.freeze()
    forkable = forks and threading.active_count() == 1
    channel.sendall(encode("loaded", forkable=forkable))
    orders = Orders(channel)
    while (messages := orders.receive()) is not None:
        for message in messages:
            if message.kind == "become":
                loaded.stage(*orders.take(2))
            elif message.kind == "spawn":
                pid = _fork_stage(loaded, orders, trace)
                channel.sendall(encode("spawned", pid=pid))
            elif message.kind == "status":
                status = _end(loaded, message["pid"], by=process.status)
                channel.sendall(encode("status", status=status))
            else:
                _end(loaded, message["pid"])
    for pid in loaded.stages:
        process.end(pid)
    process.end_orphans(keep=set())
    os._exit(0)


def _load(job: Job, learner: Learner) -> Loaded:
    ledger = Ledger()
    add_to_path(learner.file.parent)
    clock = VirtualClock(ledger) if job.mode == "virtual" else RealClock()
    clock.install()
    if job.mode == "virtual":
        hooks.count_worker_threads(ledger)
        hooks.begin_jobs_at_once()
    if job.function:
        hooks.share_tls_settings()
        return Loaded(Client(load_function(learner, job.function)), learner, ledger, clock)
    router = load_router(learner, Expected(job.method, job.path))
    for route in router.routes:
        if isinstance(route, APIRoute):
            hooks.remember_endpoint(route.endpoint)
    app = application([router], title="streamdrill")
    app.middleware_stack = app.build_middleware_stack()  # once here, not in every fork
    return Loaded(Endpoint(app, job.source), learner, ledger, clock)


def _fork_stage(loaded: Loaded, orders: Orders, trace: int) -> int:
    control, listener = orders.take(2)
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            die_with_parent()
            process.close_all_but({0, 1, 2, trace, control, listener})
            loaded.stage(control, listener)
        except ConnectionError:  # the judge is gone
            pass
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(70)
    loaded.stages.add(pid)
    os.close(control)
    os.close(listener)
    return pid


def _end(loaded: Loaded, pid: int, *, by: Callable[[int], int | None] = process.end) -> int | None:
    """End a stage and whatever it left behind. Returns how it ended, as `by` does."""
    status = None
    if pid in loaded.stages:
        loaded.stages.discard(pid)
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            status = by(pid)
    process.end_orphans(keep=loaded.stages)
    return status
