"""A learner's file, loaded: it yields a fresh stage for each behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from grader.catalogue import Exercise
from grader.judge.evidence import NotGradable, Unmet
from grader.judge.held import Held
from grader.judge.loading import Berth, Loader
from grader.judge.outlets import Outlets
from grader.judge.script import Script
from grader.judge.stage import Stage
from grader.judge.zygote import forget


class Answer:
    """One file as one exercise. A context manager: entering it loads the file.

    Entering, and asking for a stage, raise `NotGradable` if the file cannot be loaded.
    """

    def __init__(self, *, zygote: str, exercise: Exercise, file: Path, real: bool) -> None:
        self.exercise = exercise
        self.file = file
        self.real = real
        self.outlets = Outlets()
        self._zygote = zygote
        self._loaders = ExitStack()
        self._running: dict[Stage, Loader] = {}
        self._spare: Stage | None = None  # on which nothing is left
        self._loader: Loader | None = None  # the one that the next stage comes from

    def __enter__(self) -> Self:
        try:
            self._loader = self._load()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    @contextmanager
    def stage(self, script: Script) -> Iterator[Stage]:
        """A fresh stage whose source follows `script`; it is ended afterwards."""
        stage = self.fresh(script)
        try:
            yield stage
        except Unmet as unmet:
            unmet.stage = stage
            raise
        finally:
            self.end(stage)

    def borrow(self, script: Script) -> Stage:
        """A stage on which nothing is left of earlier behaviours: give it back afterwards."""
        spare, self._spare = self._spare, None
        return spare or self.fresh(script)

    def give_back(self, stage: Stage, script: Script, *, met: bool) -> None:
        """Keep a borrowed stage if its behaviour was met and nothing is left on it; else end it."""
        if met and self._spare is None and stage.renew(script):
            self._spare = stage
        else:
            self.end(stage)

    def fresh(self, script: Script) -> Stage:
        """A stage that nothing was ever asked of: `end` it afterwards."""
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
        stage = Stage(held, script)
        self._running[stage] = loader
        return stage

    def end(self, stage: Stage) -> None:
        """Let go of a stage, and of its process."""
        loader = self._running.pop(stage)
        stage.close()
        forget(stage.address)
        if not loader.forkable:
            loader.close()
        elif stage.alive:
            loader.end(stage.pid)

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
            "mode": "real" if self.real else "virtual",
        }
        loader = Loader(self._zygote, job=job, outlets=self.outlets)
        self._loaders.enter_context(closing(loader))
        loader.wait()
        return loader

    def _close(self) -> None:
        for stage in list(self._running):
            self.end(stage)
        self._loaders.close()
        self.outlets.drain()
        self.outlets.close()
