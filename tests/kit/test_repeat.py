"""`benchmarks.repeat`: how often it judges what, and what it goes on from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner, Result

from benchmarks import repeat
from grader.catalogue import ROOT, exercise
from grader.judge.sessions import Job
from grader.places import project_path
from grader.verdicts import Result as Verdicted
from grader.verdicts import Verdict
from grader.verify.entries import entries


class Judge:
    """Stands in for the grader, and keeps a list of what it judged."""

    judged: list[str]
    course: Iterator[Verdicted]
    loads: list[int]

    def __init__(self, slugs: Iterable[str], *, real: bool) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def judge(self, jobs: Iterable[Job], *, parallel: int) -> Iterator[Verdict]:
        self.loads.append(parallel)
        for job in jobs:
            self.judged.append(job.slug)
            result = next(self.course, Verdicted.PASSED)
            file = project_path(job.file)
            yield Verdict(exercise=job.slug, file=file, result=result, mode="virtual")


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs of what was judged."""
    monkeypatch.setattr(repeat, "Grader", Judge)
    monkeypatch.setattr(Judge, "judged", [], raising=False)
    monkeypatch.setattr(Judge, "course", iter(()), raising=False)
    monkeypatch.setattr(Judge, "loads", [], raising=False)
    return Judge.judged


def run(*arguments: str) -> Result:
    return CliRunner().invoke(repeat.main, ["--hogs", "0", *arguments])


def files(slug: str) -> int:
    """How many there are: the reference, and the entries of the bank."""
    return 1 + len(entries(exercise(slug)))


def test_it_goes_on_where_it_was_ended(judged: list[str], tmp_path: Path) -> None:
    keep = ["--keep", str(tmp_path / "repeats.json")]
    assert run("--times", "2", "--only", "health", *keep).exit_code == 0
    assert len(judged) == 2 * files("health")
    run("--times", "1", "--only", "image", *keep)
    judged.clear()
    assert run("--times", "3", "--only", "health", *keep).exit_code == 0
    assert judged == ["health"] * files("health")


def test_loads_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "BATCH", files("health"))
    run("--times", "3", "--only", "health", "--parallel", "1", "--parallel", "6")
    assert Judge.loads == [1, 6, 1]


def test_what_another_judge_said_does_not_count(
    judged: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--times", "1", "--only", "health", "--keep", str(tmp_path / "repeats.json")]
    run(*arguments)
    monkeypatch.setattr(repeat, "JUDGES", ("catalogue.toml",))
    assert "counting from 0" in run(*arguments).output
    assert len(judged) == 2 * files("health")


def test_all_that_judges_counts() -> None:
    """What the front page of `serve` is made of is loaded with the application, and never used."""
    code = """
import sys, grader.judge.warm_pytest, grader.stage.zygote
from grader.catalogue import exercises
from grader.judge.behaviour import suite
for exercise in exercises().values():
    suite(exercise.suite)
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "")
"""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = {file for line in ran.stdout.splitlines() if (file := Path(line)).is_relative_to(ROOT)}
    loaded = {file for file in ours if file.is_relative_to(ROOT / "grader")}
    known = {file for glob in repeat.JUDGES for file in ROOT.glob(glob)}
    others = {file.stem for file in loaded - known}
    assert others == {"__init__", "front_page", "kept", "progress"}


def test_several_verdicts_on_a_file_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Judge, "course", iter([Verdicted.FAILED]))
    told = run("--times", "2", "--only", "health")
    assert told.exit_code == 1
    assert "1 with several" in told.stdout.splitlines()[-1]


def test_what_is_judged_is_an_exercise() -> None:
    assert run("--only", "healt").exit_code == 2
