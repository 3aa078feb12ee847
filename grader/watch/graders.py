"""The graders of `grade watch`: one is kept warm, and others are there for as long as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from grader.judge.sessions import Grader, Job, Progress
from grader.verdicts import Verdict


class Graders:
    """Judges the exercise that it has turned to without a start. A context manager.

    Only that one is warm: a judgement forks many times, and each fork costs the more, the more its
    parent has loaded for other exercises.
    """

    def __init__(self) -> None:
        self._slug = ""
        self._warm = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._warm.close()

    def turn_to(self, slug: str) -> None:
        """Start the grader of an exercise, and end the one before. Raises `Distrust`.

        It takes a job at once, and judges it as soon as it has loaded what it needs.
        """
        self._warm.close()
        self._grader = self._warm.enter_context(Grader([slug]))
        self._slug = slug

    def judge(
        self,
        jobs: Sequence[Job],
        *,
        meanwhile: Callable[[], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> Iterator[Verdict]:
        """Judge `jobs`, as `Grader.judge` does. Raises `Distrust`."""
        with self._grader_of({job.slug for job in jobs}) as grader:
            yield from grader.judge(jobs, progress=progress, meanwhile=meanwhile)

    @contextmanager
    def _grader_of(self, slugs: set[str]) -> Iterator[Grader]:
        if slugs == {self._slug}:
            yield self._grader
            return
        with Grader(slugs) as grader:
            yield grader
