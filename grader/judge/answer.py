"""A learner's file, loaded: it yields a fresh stage for each behaviour."""

from __future__ import annotations

import socket
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Generic, Self, TypeVar

from grader.catalogue import Exercise
from grader.judge.evidence import NotGradable, Unmet
from grader.judge.held import Held
from grader.judge.loading import Berth, Loader
from grader.judge.outlets import Outlets
from grader.judge.script import Script
from grader.judge.server import Server
from grader.judge.stage import Stage
from grader.judge.zygote import forget

P = TypeVar("P", Stage, Server)


class Loaded(Generic[P]):
    """One file as one exercise. A context manager: entering it loads the file.

    Entering, and asking for a process, raise `NotGradable` if the file cannot be loaded.
    """

    def __init__(
        self, *, zygote: str, exercise: Exercise, file: Path, real: bool, spare: bool = False
    ) -> None:
        self.exercise = exercise
        self.file = file
        self.real = real
        self.outlets = Outlets()
        self._zygote = zygote
        self._works_ahead = spare
        self._loaders = ExitStack()
        self._running: dict[P, Loader] = {}
        self._spare: P | None = None  # on which nothing is left
        self._loader: Loader | None = None  # the one that the next process comes from

    def __enter__(self) -> Self:
        try:
            self._loader = self._load()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    @abstractmethod
    def _hold(self, held: Held, listener: socket.socket) -> P:
        """Hold a process that has been forked."""

    @contextmanager
    def process(self) -> Iterator[P]:
        """A fresh process; it is ended afterwards."""
        process = self.fresh()
        try:
            yield process
        except Unmet as unmet:
            unmet.stage = process
            raise
        finally:
            self.end(process)

    def borrow(self) -> P:
        """A process on which nothing is left of earlier behaviours: give it back afterwards."""
        spare, self._spare = self._spare, None
        return spare or self.fresh()

    def give_back(self, process: P, *, met: bool) -> None:
        """Keep what was borrowed if its behaviour was met and left nothing on it; else end it."""
        if met and self._spare is None and process.renew():
            self._spare = process
        else:
            self.end(process)

    def fresh(self) -> P:
        """A process that nothing was ever asked of: `end` it afterwards."""
        loader, pid, berth = self._begin()
        held = Held(
            control=berth.control,
            address=berth.address,
            pid=pid,
            file=self.file,
            outlets=self.outlets,
            real=self.real,
            exit_status=lambda: loader.status(pid),
        )
        process = self._hold(held, berth.listener)
        self._running[process] = loader
        return process

    def end(self, process: P) -> None:
        """Let go of a process, and end it."""
        loader = self._running.pop(process)
        process.close()
        forget(process.address)
        if not loader.forkable:
            loader.close()
        elif process.alive:
            loader.end(process.pid)

    def _begin(self) -> tuple[Loader, int, Berth]:
        """A stage with the loader that it comes from."""
        loader = self._loader or self._load()
        try:
            pid, berth = loader.stage()
        except ConnectionError:  # the last stage has taken its loader with it
            loader = self._load()
            try:
                pid, berth = loader.stage()
            except ConnectionError:
                reason = "the process that had imported the file ended before it could serve."
                raise NotGradable(reason) from None
        self._loader = loader if loader.forkable else None
        return loader, pid, berth

    def _load(self) -> Loader:
        job = {
            "file": str(self.file),
            "method": self.exercise.method,
            "path": self.exercise.path,
            "source": self.exercise.source,
            "function": self.exercise.function,
            "mode": "real" if self.real else "virtual",
        }
        loader = Loader(self._zygote, job=job, outlets=self.outlets, spare=self._works_ahead)
        self._loaders.enter_context(closing(loader))
        loader.wait()
        return loader

    def _close(self) -> None:
        for process in list(self._running):
            self.end(process)
        self._loaders.close()
        self.outlets.drain()
        self.outlets.close()


class Answer(Loaded[Stage]):
    """An endpoint."""

    def _hold(self, held: Held, listener: socket.socket) -> Stage:
        return Stage(held)

    @contextmanager
    def stage(self, script: Script) -> Iterator[Stage]:
        """A fresh stage whose source follows `script`; it is ended afterwards."""
        with self.process() as stage:
            stage.play(script)
            yield stage


class ClientAnswer(Loaded[Server]):
    """A client."""

    def _hold(self, held: Held, listener: socket.socket) -> Server:
        return Server(held, listener)
