"""`grade mock` as it is typed: what it refuses, what it keeps, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from grader.catalogue import ROOT, exercise, exercises
from grader.cli import main
from grader.deck import reviews
from grader.judge.evidence import Distrust
from grader.judge.sessions import Job
from grader.mock import conduct, store
from grader.progress import is_stub
from grader.stub import NoStub
from grader.verdicts import Verdict

from .mocks import Time, verdict

SHORT = ("--minutes", "30", "--level", "mid", "--seed", "4")  # one exercise: long-task
Mock = Callable[..., Ran]


class Judge:
    """Stands in for the grader: whatever is judged is right."""

    def __init__(self, slugs: Iterable[str]) -> None:
        self.slugs = set(slugs)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None: ...

    def judge(self, jobs: Iterable[Job], *, meanwhile: Callable[[], None]) -> Iterator[Verdict]:
        for job in jobs:
            assert job.slug in self.slugs
            meanwhile()
            yield verdict(job, {})


@pytest.fixture
def mock(grade: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Run `grade mock` with these arguments, and these lines of input."""
    monkeypatch.setattr(conduct, "Grader", Judge)
    monkeypatch.setattr(reviews, "local_now", Time())

    def run(*arguments: str, lines: str = "") -> Ran:
        environment: dict[str, Any] = {"COLUMNS": "80", "NO_COLOR": "1"}
        return CliRunner().invoke(
            main, ("mock", *arguments), input=lines, prog_name="grade", env=environment
        )

    return run


def sentence(ran: Ran, code: int) -> str:
    """The one line that a refusal is."""
    assert ran.exit_code == code, ran.output
    (line,) = ran.stderr.splitlines()
    assert line.startswith("grade: ")
    return line.removeprefix("grade: ")


def place(tmp_path: Path) -> Path:
    """The folder of the one interview."""
    (found,) = [each for each in (tmp_path / "mock").iterdir() if each.is_dir()]
    return found


def test_an_interview_from_its_beginning_to_its_end(mock: Mock, tmp_path: Path) -> None:
    report = tmp_path / "mine.html"
    lines = "judge\ndone\n\n1\n\n\n\n\njudge\ndone\n\nall\n\n\n\n\n"
    ran = mock(*SHORT, "--report", str(report), lines=lines)
    assert ran.exit_code == 0, ran.output
    assert "Long task: passed after 0:00" in ran.output
    assert {each.name for each in place(tmp_path).iterdir()} >= {
        "report.html",
        "report.md",
        "report.json",
    }
    assert report.read_text() == (place(tmp_path) / "report.html").read_text()
    assert mock("--resume").exit_code == 2  # nothing is open any more


def test_the_end_of_the_input_keeps_the_interview(mock: Mock, tmp_path: Path) -> None:
    ran = mock(*SHORT, lines="judge\n")
    assert ran.exit_code == 0
    assert "the interview is kept; `" in ran.stderr
    assert "mock --resume` goes on where it stands" in ran.stderr
    resumed = mock("--resume", lines="end\n")
    assert resumed.exit_code == 0
    (one,) = json.loads((place(tmp_path) / "report.json").read_text())["interview"]["attempts"]
    assert one["result"] == "passed"


@pytest.mark.parametrize("word", ["q", "quit"])
def test_quit_keeps_it_too(mock: Mock, word: str) -> None:
    assert "the interview is kept" in mock(*SHORT, lines=f"{word}\n").stderr
    assert mock("--resume", lines="done\n\nq\n").exit_code == 0
    assert mock("--resume", lines="done\n\nq\n").exit_code == 0


def test_what_is_no_command_is_asked_for_once_more(mock: Mock) -> None:
    ran = mock(*SHORT, lines="jugde\n\nend\n")
    assert "'jugde' is none of judge, task, done, end, help, quit. Once more:" in " ".join(
        ran.output.split()
    )
    assert ran.exit_code == 0


def test_a_second_interview_asks_what_becomes_of_the_first(mock: Mock, tmp_path: Path) -> None:
    mock(*SHORT, lines="quit\n")
    said = sentence(mock(*SHORT), 2)
    assert re.match(r"an interview of 01 March, 09:00 is open, with 30:00 left: `.*", said)
    assert "mock --resume` goes on with it, `--new` discards it." in said
    first = place(tmp_path)
    ran = mock(*SHORT, "--new", lines="quit\n")
    assert f"discarded; its files are still in {first}" in ran.stderr
    assert (first / "progress" / "long_task.py").exists()
    assert len([each for each in (tmp_path / "mock").iterdir() if each.is_dir()]) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("--resume", "no interview is open; `"),
        ("--resume --level mid", "--resume goes on with what is open; leave out --level."),
        ("--minutes 5", "Invalid value for '--minutes': 5 is not in the range 15<=x<=180."),
        ("--level guru", "Invalid value for '--level': 'guru' is not one of"),
        ("--report x.pdf", "x.pdf is no report; its name has to end in one of .html, .md, .json."),
        ("--report gone/x.md", "there is no folder gone for x.md; make it."),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(mock: Mock, typed: str, says: str) -> None:
    ran = mock(*typed.split())
    assert says in sentence(ran, 2)
    assert ran.stdout == ""


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"schema": "streamdrill.mock/1", "interview": {"plan": 3}}',
        '{"schema": "streamdrill.mock/9", "interview": null}',
    ],
)
def test_a_state_that_cannot_be_understood_is_set_aside(
    mock: Mock, tmp_path: Path, content: str
) -> None:
    (tmp_path / "mock").mkdir()
    (tmp_path / "mock" / "open.json").write_text(content)
    ran = mock(*SHORT, lines="end\n")
    assert ran.exit_code == 0
    assert "open.json could not be understood; it is kept as open.unreadable-" in ran.stderr
    (aside,) = (tmp_path / "mock").glob("open.unreadable-*.json")
    assert aside.read_text() == content


def test_an_interview_about_an_exercise_that_is_gone_is_set_aside(
    mock: Mock, tmp_path: Path
) -> None:
    mock(*SHORT, lines="quit\n")
    state = tmp_path / "mock" / "open.json"
    state.write_text(state.read_text().replace("long-task", "short-task"))
    assert "could not be understood" in mock("--resume").stderr


def test_a_second_terminal_has_to_wait(mock: Mock, tmp_path: Path) -> None:
    with store.Store(tmp_path / "mock", warn=print).alone():
        said = sentence(mock(*SHORT), 1)
    assert said == "a mock interview is under way in another terminal; go on there."


def test_a_place_that_is_no_folder_is_told(mock: Mock, tmp_path: Path) -> None:
    (tmp_path / "mock").write_text("")
    said = sentence(mock(*SHORT), 1)
    assert said.startswith("interviews cannot be kept: ")
    assert said.endswith("set STREAMDRILL_STATE to a folder that can be written.")


def test_a_report_that_cannot_be_written_is_written_later(
    mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: store.Store, interview: object, reports: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as full:
        full.setattr(store.Store, "finish", refuse)
        ran = mock(*SHORT, lines="judge\nend\n")
    assert ran.exit_code == 1
    assert "the report cannot be written: No space left on device; `" in ran.stderr
    assert mock("--resume").exit_code == 0
    assert "1 attempt" in (place(tmp_path) / "report.md").read_text()


def test_stubs_that_cannot_be_found_are_told(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path) -> bytes:
        raise NoStub("no commit holds a stub.")

    monkeypatch.setattr(store, "pristine", refuse)
    monkeypatch.setattr(store, "is_stub", lambda source: False)
    assert sentence(mock(*SHORT), 1) == "no commit holds a stub."


def test_a_judge_that_cannot_be_trusted_is_a_fault_of_the_kit(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(slugs: Iterable[str]) -> Judge:
        raise Distrust("uvicorn 9 is not understood.")

    monkeypatch.setattr(conduct, "Grader", refuse)
    assert sentence(mock(*SHORT), 4) == "uvicorn 9 is not understood."


def test_a_judge_that_breaks_down_ends_nothing(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(self: Judge, jobs: object, *, meanwhile: object) -> Iterator[Verdict]:
        raise RuntimeError("out of order")

    monkeypatch.setattr(Judge, "judge", break_down)
    ran = mock(*SHORT, lines="judge\nend\n")
    assert "the judge broke down: RuntimeError: out of order" in ran.output
    assert ran.exit_code == 0


def test_control_c_keeps_the_interview(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Judge, jobs: object, *, meanwhile: object) -> Iterator[Verdict]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Judge, "judge", interrupt)
    ran = mock(*SHORT, lines="judge\n")
    assert ran.exit_code == 130
    assert "the interview is kept" in ran.stderr


def test_the_scratch_folder_is_laid_out_like_the_exercises(mock: Mock, tmp_path: Path) -> None:
    mock(*SHORT, lines="quit\n")
    file = place(tmp_path) / "progress" / "long_task.py"
    assert is_stub(file.read_bytes())
    settings = json.loads((place(tmp_path) / "pyrightconfig.json").read_text())
    (root,) = settings["extraPaths"]
    imported = subprocess.run(
        [sys.executable, "-c", "import long_task"],
        env={"PYTHONPATH": os.pathsep.join((root, str(file.parent)))},
        check=True,
        capture_output=True,
    )
    assert imported.returncode == 0


# A real process, with the real judge


def typed(*arguments: str, state: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "grader", "mock", *arguments],
        cwd=ROOT,
        env={**os.environ, "STREAMDRILL_STATE": str(state), "COLUMNS": "100"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.timeout(200)  # four processes are started, and each imports the framework
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_an_interview_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    with typed("--minutes", "15", "--level", "mid", "--seed", "4", state=tmp_path) as killed:
        assert killed.stdin is not None
        assert killed.stdout is not None
        killed.stdin.write("judge\n")
        killed.stdin.flush()
        seen = ""
        while "NOT GRADABLE" not in seen:
            line = killed.stdout.readline()
            assert line, seen
            seen += line
        killed.send_signal(signal.SIGKILL)
    (file,) = place(tmp_path).rglob("*.py")
    (slug,) = [s for s, each in exercises().items() if each.module == file.stem]
    own = exercise(slug).answer("exercises")
    before = own.read_bytes()
    file.write_bytes(exercise(slug).answer("solutions").read_bytes())
    with typed("--resume", state=tmp_path) as resumed:
        told, _ = resumed.communicate("judge\nend\n", timeout=150)
    assert resumed.returncode == 0, told
    kept = json.loads((place(tmp_path) / "report.json").read_text())["interview"]
    results = [made["result"] for made in kept["attempts"]]
    assert results == ["not_gradable", "passed"], told
    assert own.read_bytes() == before
    assert not (tmp_path / "progress.json").exists()


@pytest.mark.timeout(200)
@pytest.mark.skipif(os.name == "nt", reason="there is no pty")
def test_in_a_terminal_the_time_runs_down_and_a_key_leaves(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "grader", "mock", *SHORT],
        cwd=ROOT,
        env={**os.environ, "STREAMDRILL_STATE": str(tmp_path), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = b""
        while len(set(re.findall(rb"(\d+:\d\d) left", seen))) < 3:
            seen += os.read(ours, 1 << 16)
        os.write(ours, b"q")
        with contextlib.suppress(OSError):  # which is how the other side's end shows
            while data := os.read(ours, 1 << 16):
                seen += data
    os.close(ours)
    assert process.returncode == 0
    assert b"Long task: run a task step by step" in seen
    assert b"the interview is kept" in seen
    kept = json.loads((tmp_path / "mock" / "open.json").read_text())["interview"]
    assert kept["elapsed"] > 0
