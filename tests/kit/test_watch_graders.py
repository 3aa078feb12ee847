"""The graders of `grade watch`: which of them judges, and that none of them is left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from grader.catalogue import exercise
from grader.judge import sessions
from grader.judge.evidence import Distrust
from grader.judge.sessions import Job, Progress
from grader.verdicts import Result, Verdict
from grader.watch import graders as module
from grader.watch.graders import Graders

HERE = Path("answer.py")


class Warm:
    """Stands in for a grader, and keeps a list of those that run."""

    running: list[Warm]
    refuses = breaks = False

    def __init__(self, slugs: Iterable[str]) -> None:
        self.slugs = set(slugs)

    def __enter__(self) -> Self:
        if self.refuses:
            raise Distrust("a version is new")
        self.running.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.running.remove(self)

    def judge(
        self,
        jobs: Iterable[Job],
        *,
        progress: Callable[[Progress], None] | None,
        meanwhile: Callable[[], None],
    ) -> Iterator[Verdict]:
        for job in jobs:
            assert job.slug in self.slugs
            meanwhile()
            if progress is not None:
                progress(Progress(job.slug, 1, 2))
            if self.breaks:
                raise OSError("the socket is gone")
            yield Verdict(exercise=job.slug, file="", result=Result.PASSED, mode="virtual")


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch) -> list[Warm]:
    """The graders that have been started and not ended."""
    monkeypatch.setattr(module, "Grader", Warm)
    started: list[Warm] = []
    monkeypatch.setattr(Warm, "running", started, raising=False)
    return started


def nothing() -> None:
    """What most tests want meanwhile."""


def judged(graders: Graders, *slugs: str, meanwhile: Callable[[], None] = nothing) -> list[str]:
    jobs = [Job(slug, HERE) for slug in slugs]
    return [verdict.exercise for verdict in graders.judge(jobs, meanwhile=meanwhile)]


def test_only_the_grader_of_what_is_watched_is_warm(running: list[Warm]) -> None:
    with Graders() as graders:
        graders.turn_to("health")
        (first,) = running
        assert judged(graders, "health") == ["health"]
        assert judged(graders, "health") == ["health"]
        assert running == [first]
        graders.turn_to("stock-ticker")
        assert [grader.slugs for grader in running] == [{"stock-ticker"}]
    assert running == []


def test_others_are_judged_by_a_grader_of_their_own_that_ends(running: list[Warm]) -> None:
    with Graders() as graders:
        graders.turn_to("health")
        seen = list(running)
        everything = graders.judge([Job("health", HERE), Job("chat", HERE)], meanwhile=nothing)
        assert next(everything).exercise == "health"
        assert [grader.slugs for grader in running] == [{"health"}, {"health", "chat"}]
        assert [verdict.exercise for verdict in everything] == ["chat"]
        assert running == seen


@pytest.mark.parametrize("slugs", [["health"], ["health", "chat"]])
def test_what_is_wanted_meanwhile_ends_the_graders(running: list[Warm], slugs: list[str]) -> None:
    class Wanted(Exception):
        pass

    def want() -> None:
        raise Wanted

    with Graders() as graders:
        graders.turn_to("health")
        with pytest.raises(Wanted):
            judged(graders, *slugs, meanwhile=want)
        assert [grader.slugs for grader in running] == [{"health"}]
    assert running == []


def test_progress_is_passed_on() -> None:
    told: list[Progress] = []
    with Graders() as graders:
        graders.turn_to("health")
        list(graders.judge([Job("health", HERE)], meanwhile=nothing, progress=told.append))
    assert told == [Progress("health", 1, 2)]


def test_a_grader_that_cannot_be_trusted_leaves_none_behind(
    running: list[Warm], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Graders() as graders:
        graders.turn_to("health")
        monkeypatch.setattr(Warm, "refuses", True)
        with pytest.raises(Distrust):
            judged(graders, "health", "chat")
        with pytest.raises(Distrust):
            graders.turn_to("chat")
    assert running == []


def test_what_a_grader_breaks_down_with_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warm, "breaks", True)
    with Graders() as graders:
        graders.turn_to("health")
        with pytest.raises(OSError, match="the socket is gone"):
            judged(graders, "health")


@pytest.mark.parametrize("slugs", [["health"], ["health", "image"]])
def test_the_real_graders_judge_what_is_watched_and_anything_else(
    slugs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "Grader", sessions.Grader)
    with Graders() as graders:
        graders.turn_to("health")
        jobs = [Job(slug, exercise(slug).answer("solutions")) for slug in slugs]
        found = {v.exercise: v.result for v in graders.judge(jobs, meanwhile=nothing)}
    assert found == dict.fromkeys(slugs, Result.PASSED)
