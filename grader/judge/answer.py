"""A learner's file, loaded: it yields a fresh stage for each behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from grader.catalogue import Exercise
from grader.judge.evidence import NotGradable, Unmet
from grader.judge.loading import Berth, Loader
from grader.judge.script import Script
from grader.judge.stage import Outlets, Stage
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
        loader, pid, berth = self._begin()
        stage = Stage(
            control=berth.control,
            address=berth.address,
            pid=pid,
            file=self.file,
            outlets=self.outlets,
            script=script,
            real=self.real,
            exit_status=lambda: loader.status(pid),
        )
        try:
            yield stage
        except Unmet as unmet:
            unmet.stage = stage
            raise
        finally:
            stage.close()
            forget(berth.address)
            if not loader.forkable:
                loader.close()
            elif stage.alive:
                loader.end(pid)

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
        self._loaders.close()
        self.outlets.drain()
        self.outlets.close()
