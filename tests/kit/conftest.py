"""`grade` in this process, with a judge that says what the test wants it to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from grader import progress, running
from grader.catalogue import ROOT
from grader.cli import main
from grader.judge.sessions import Job, Progress
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict


def verdict(job: Job, result: Result, *, mode: str = "virtual") -> Verdict:
    met = Outcome.MET if result is Result.PASSED else Outcome.UNMET
    behaviour = Behaviour(id="b", sentence="It streams.", level=Level.ESSENTIAL, outcome=met)
    return Verdict(
        exercise=job.slug, file=str(job.file), result=result, mode=mode, behaviours=(behaviour,)
    )


class FakeGrader:
    """Gives `results` by slug, passed if there is none, in the reverse order of the jobs."""

    results: dict[str, Result | BaseException]
    judged: list[Job]
    ended: int

    def __init__(self, slugs: Iterable[str], *, real: bool = False) -> None:
        self.slugs = set(slugs)
        self.mode = "real" if real else "virtual"

    def __enter__(self) -> FakeGrader:
        return self

    def __exit__(self, *_: object) -> None:
        type(self).ended += 1

    def judge(
        self, jobs: Iterable[Job], *, progress: Callable[[Progress], None] | None = None
    ) -> Iterator[Verdict]:
        for job in reversed(list(jobs)):
            assert job.slug in self.slugs
            self.judged.append(job)
            result = self.results.get(job.slug, Result.PASSED)
            if isinstance(result, BaseException):
                raise result
            yield verdict(job, result, mode=self.mode)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> type[FakeGrader]:
    """The judge that `grade` calls: set its `results`, look at what it `judged`."""
    fresh = type("Fresh", (FakeGrader,), {"results": {}, "judged": [], "ended": 0})
    monkeypatch.setattr(running, "Grader", fresh)
    return fresh


@pytest.fixture
def grade(
    judge: type[FakeGrader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Run `grade` with these arguments at the project's root; nothing is remembered there."""
    file = tmp_path / "progress.json"
    monkeypatch.setattr(progress.Progress.__init__, "__defaults__", (file,))
    monkeypatch.chdir(ROOT)

    def run(*arguments: str, **environment: Any) -> Ran:
        environment = {"COLUMNS": "80", "NO_COLOR": None} | environment
        return CliRunner().invoke(main, arguments, prog_name="grade", env=environment)

    return run
