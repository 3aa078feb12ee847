"""What the board remembers, and what it says of each file."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.catalogue import ROOT
from grader.progress import Progress, Record, State, digest, state
from grader.verdicts import Behaviour, Evidence, Level, Misconception, Outcome, Result, Verdict

STUB = "def endpoint():\n    raise NotImplementedError\n"
ANSWER = "def endpoint():\n    return 1\n"


class Warnings(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


@pytest.fixture
def warnings() -> Warnings:
    return Warnings()


@pytest.fixture
def progress(tmp_path: Path, warnings: Warnings) -> Progress:
    return Progress(tmp_path / "kept" / "progress.json", warn=warnings)


def verdict(result: Result, *, slug: str = "a", met: int = 0, unmet: int = 0) -> Verdict:
    outcomes = [Outcome.MET] * met + [Outcome.UNMET] * unmet
    behaviours = tuple(
        Behaviour(id=str(n), sentence="", level=Level.ESSENTIAL, outcome=outcome)
        for n, outcome in enumerate(outcomes)
    )
    return Verdict(exercise=slug, file="a.py", result=result, mode="virtual", behaviours=behaviours)


def test_nothing_is_remembered_before_the_first_verdict(progress: Progress) -> None:
    assert progress.read() == {}


def test_the_last_verdict_on_each_exercise_is_remembered(progress: Progress) -> None:
    progress.remember(verdict(Result.FAILED, slug="a", met=9, unmet=5), sha256="1")
    progress.remember(verdict(Result.PASSED, slug="b", met=2), sha256="2")
    progress.remember(verdict(Result.PASSED, slug="a", met=14), sha256="3")
    assert progress.read() == {
        "a": Record(result=Result.PASSED, met=14, total=14, sha256="3"),
        "b": Record(result=Result.PASSED, met=2, total=2, sha256="2"),
    }


def test_a_fault_of_the_kit_does_not_replace_a_verdict(progress: Progress) -> None:
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")
    progress.remember(verdict(Result.KIT_ERROR), sha256="1")
    assert progress.read()["a"].result is Result.PASSED


def failed(idea: str) -> Verdict:
    likely = Misconception(slug=idea, sentence="It is wrong.", why="Because.") if idea else None
    evidence = Evidence(observed="o", expected="e", misconception=likely, card="heartbeats")
    (behaviour,) = verdict(Result.FAILED, unmet=1).behaviours
    return replace(verdict(Result.FAILED), behaviours=(replace(behaviour, evidence=evidence),))


def test_a_failure_is_dated_when_it_comes_about_and_not_at_each_repetition(
    progress: Progress,
) -> None:
    kept = []
    for hour, idea in ((9, "one-behind"), (10, "one-behind"), (11, ""), (12, "one-behind")):
        progress.remember(failed(idea), sha256="1", now=datetime(2026, 11, 22, hour, tzinfo=UTC))
        record = progress.read()["a"]
        kept.append((record.misconception, record.since[11:13]))
    assert kept == [("one-behind", "09"), ("one-behind", "09"), ("", "11"), ("one-behind", "12")]
    assert progress.read()["a"].card == "heartbeats"
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")
    assert (progress.read()["a"].since, progress.read()["a"].card) == ("", "")


def test_only_the_file_itself_is_left_behind(progress: Progress, tmp_path: Path) -> None:
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")
    assert {file.name for file in (tmp_path / "kept").iterdir()} <= {
        "progress.json",
        "progress.lock",
    }


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "\x00",
        '{"schema": "streamdrill.progress/99", "exercises": {}}',
        '{"schema": "streamdrill.progress/1", "exercises": {"a": {"result": "passed"}}}',
        '{"schema": "streamdrill.progress/1", "exercises": {"a": 1}}',
        '{"schema": "streamdrill.progress/1", "exercises": {"a": {"result": "failed", "met": 1,'
        ' "total": 2, "sha256": "1", "since": "yesterday"}}}',
    ],
)
def test_a_file_that_cannot_be_understood_is_kept_under_another_name(
    progress: Progress, warnings: Warnings, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "kept" / "progress.json"
    file.parent.mkdir()
    file.write_text(content, encoding="utf-8")
    assert progress.read() == {}
    (aside,) = file.parent.glob("*.json")
    assert aside.read_text(encoding="utf-8") == content
    assert aside.name in warnings[0]
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")
    assert set(file.parent.glob("*.json")) == {aside, file}


def test_a_folder_that_cannot_be_written_is_a_warning_and_no_more(
    tmp_path: Path, warnings: Warnings
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    Progress(in_the_way / "progress.json", warn=warnings).remember(
        verdict(Result.PASSED), sha256="1"
    )
    assert "could not be kept" in warnings[0]


def test_an_interrupted_write_leaves_the_file_as_it_was(
    progress: Progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.kept.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        progress.remember(verdict(Result.FAILED), sha256="2")
    (file,) = (tmp_path / "kept").glob("*.json")
    assert json.loads(file.read_text())["exercises"]["a"]["result"] == "passed"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answer.py"


def record(file: Path, result: Result) -> Record:
    return Record(result=result, met=1, total=2, sha256=digest(file))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (Result.PASSED, State.PASSED),
        (Result.FAILED, State.FAILED),
        (Result.NOT_GRADABLE, State.NOT_GRADABLE),
    ],
)
def test_a_file_stands_as_it_was_judged(file: Path, result: Result, expected: State) -> None:
    file.write_text(ANSWER)
    assert state(file, record(file, result)) is expected


@pytest.mark.parametrize("result", [Result.PASSED, Result.FAILED, Result.NOT_GRADABLE])
def test_one_changed_byte_makes_it_changed(file: Path, result: Result) -> None:
    file.write_text(ANSWER)
    before = record(file, result)
    file.write_text(ANSWER + "\n")
    assert state(file, before) is State.CHANGED


@pytest.mark.parametrize("result", [None, Result.FAILED, Result.NOT_GRADABLE])
def test_the_stub_is_not_started_whatever_was_said_of_it(file: Path, result: Result | None) -> None:
    file.write_text(STUB)
    before = record(file, result) if result else None
    assert state(file, before) is State.NOT_STARTED


def test_a_passed_answer_may_raise_not_implemented_error_somewhere(file: Path) -> None:
    file.write_text(ANSWER + STUB)
    assert state(file, record(file, Result.PASSED)) is State.PASSED


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ANSWER, State.NOT_JUDGED),
        ("def (:", State.NOT_JUDGED),
        ("x = 'raise NotImplementedError'", State.NOT_JUDGED),
        ("async def e():\n    raise NotImplementedError('later')\n", State.NOT_STARTED),
        ("import sys; sys.exit('imported')\n" + STUB, State.NOT_STARTED),
    ],
)
def test_a_file_without_a_verdict(file: Path, source: str, expected: State) -> None:
    file.write_text(source)
    assert state(file, None) is expected


def test_a_file_that_is_not_there(file: Path) -> None:
    assert state(file, None) is State.MISSING


def test_each_hint_is_one_more_and_the_last_one_stays(progress: Progress) -> None:
    assert [progress.next_hint("large-file", most=3) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert progress.next_hint("stock-ticker", most=3) == 1


def test_a_verdict_leaves_the_hints_that_were_shown_as_they_are(progress: Progress) -> None:
    progress.next_hint("stock-ticker", most=3)
    progress.remember(verdict(Result.PASSED, met=1), sha256="1")
    assert progress.next_hint("stock-ticker", most=3) == 2


def test_a_file_of_an_earlier_version_of_the_kit_is_read(
    progress: Progress, tmp_path: Path, warnings: Warnings
) -> None:
    file = tmp_path / "kept" / "progress.json"
    file.parent.mkdir()
    record = {"result": "passed", "met": 2, "total": 2, "sha256": "1"}
    file.write_text(
        json.dumps({"schema": "streamdrill.progress/1", "exercises": {"large-file": record}})
    )
    assert progress.read()["large-file"].met == 2
    assert warnings == []


def test_commands_that_run_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    code = """
import sys
from pathlib import Path
from grader.progress import Progress

for _ in range(20):
    Progress(Path(sys.argv[1]), warn=print).next_hint(sys.argv[2], most=100)
"""
    names = ["health", "image", "large-file"]
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(file), name], cwd=ROOT) for name in names
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    shown = [Progress(file, warn=print).next_hint(name, most=100) for name in names]
    assert shown == [21, 21, 21]
