"""Judging from another process: the zygote and the pytest session, started side by side.

with Grader(["stock-ticker"]) as grader:
    for verdict in grader.judge([Job("stock-ticker", file)]):
        ...
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.catalogue import exercise
from grader.control import Decoder, Message, encode
from grader.judge.evidence import Distrust
from grader.judge.judges import judges
from grader.judge.zygote import Zygote
from grader.platforms import Unsupported
from grader.verdicts import Result, Verdict, verdict_from_json

PARALLEL = os.cpu_count() or 1
_LOOK = 0.1  # seconds between two looks at what else is wanted


@dataclass(frozen=True, slots=True)
class Job:
    """A file to judge as the exercise `slug`."""

    slug: str
    file: Path
    timelines: bool = False  # of the behaviours that are met, too


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` behaviours of one job have been looked for.

    `failed` is there once, as soon as an essential behaviour is found unmet: the verdict so far,
    without what the code printed.
    """

    slug: str
    done: int
    total: int
    failed: Verdict | None = None


class _Running:
    """One judgement under way."""

    def __init__(self, job: Job, reports: socket.socket) -> None:
        self.job = job
        self.reports = reports
        self.decoder = Decoder()


class Grader:
    """Judges jobs on the exercises called `slugs`. A context manager: it starts and ends processes.

    With `real`, on an unmodified uvicorn and real time. Raises `Distrust` on entry.
    """

    def __init__(self, slugs: Iterable[str], *, real: bool = False) -> None:
        self._slugs = sorted(set(slugs))
        self._real = real

    def __enter__(self) -> Self:
        sources = {exercise(slug).source for slug in self._slugs} | {"prices"}  # the self-check's
        clients = any(exercise(slug).function for slug in self._slugs)
        try:
            self._zygote = Zygote(sources, clients=clients)
        except Unsupported as error:
            raise Distrust(str(error)) from None
        self._log = self._zygote.directory / "session.log"
        self._session = judges(self._slugs, zygote=self._zygote.address, log=self._log)
        from grader.judge import selfcheck  # here, while both processes start

        try:
            selfcheck.ensure(self._zygote.address)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End both processes, with all that they have started."""
        self._session.close()
        self._zygote.close()

    def judge(
        self,
        jobs: Iterable[Job],
        *,
        progress: Callable[[Progress], None] | None = None,
        meanwhile: Callable[[], None] | None = None,
        parallel: int | None = None,
    ) -> Iterator[Verdict]:
        """Judge `jobs`, `parallel` at a time, and yield the verdicts as they come.

        Unless told otherwise one for each processor, and three on real time, where most wait.
        `meanwhile` is called several times a second; what it raises ends the judging.
        """
        parallel = parallel or (3 * PARALLEL if self._real else PARALLEL)
        waiting = deque(jobs)
        with selectors.DefaultSelector() as selector:
            under_way = selector.get_map()
            try:
                while waiting or under_way:
                    while waiting and len(under_way) < parallel:
                        job = waiting.popleft()
                        running = self._begin(job, alone=not waiting and not under_way)
                        selector.register(running.reports, selectors.EVENT_READ, running)
                    if meanwhile is not None:
                        meanwhile()
                    for key, _ in selector.select(None if meanwhile is None else _LOOK):
                        verdict = self._receive(key.data, progress)
                        if verdict is not None:
                            selector.unregister(key.fileobj)
                            key.data.reports.close()
                            yield verdict
            finally:
                for key in under_way.values():
                    key.data.reports.close()

    def _begin(self, job: Job, *, alone: bool) -> _Running:
        ours, theirs = socket.socketpair()
        with theirs:
            order = encode(
                "judge",
                slug=job.slug,
                file=str(job.file.resolve()),
                real=self._real,
                timelines=job.timelines,
                alone=alone,
            )
            self._session.order(order, theirs.fileno())
        return _Running(job, ours)

    def _receive(
        self, running: _Running, progress: Callable[[Progress], None] | None
    ) -> Verdict | None:
        data = running.reports.recv(1 << 20)
        if not data:
            return self._kit_error(running.job)
        for message in running.decoder.feed(data):
            if message.kind == "verdict":
                return verdict_from_json(message["verdict"])
            if progress is not None:
                progress(_progress(running.job, message))
        return None

    def _kit_error(self, job: Job) -> Verdict:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._session.wait(0.5)  # should it be the session that failed: for its last words
        tail = self._log.read_text(errors="replace").strip()[-4000:]
        return Verdict(
            exercise=job.slug,
            file=str(job.file),
            result=Result.KIT_ERROR,
            mode="real" if self._real else "virtual",
            reason=f"the judge ended without a verdict.\n{tail}".strip(),
        )


def _progress(job: Job, message: Message) -> Progress:
    failed = message["failed"]
    return Progress(
        job.slug,
        int(message["done"]),
        int(message["total"]),
        verdict_from_json(failed) if failed else None,
    )
