"""Where nothing is forked, processes are fresh, and verdicts are the same."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.catalogue import exercise
from grader.doctor import examine
from grader.judge.evidence import Distrust
from grader.judge.sessions import Grader, Job
from grader.platforms import START, Unsupported, forks
from grader.verdicts import Behaviour, Result, Verdict

RIGHT = ("stock-ticker", "image", "read-chat")
WRONG = {
    "stock-ticker": ("collects_then_yields", "time_sleep_on_the_loop"),
    "image": ("read_bytes_on_the_loop",),
    "read-chat": ("reads_the_whole_reply",),
}
WRONG_AND_SLOW = {
    "stock-ticker": (
        "never_closes_the_subscription",
        "unbounded_queue",
        "waits_for_a_thread_queue",
    ),
    "image": ("never_closed", "thread_fills_an_unbounded_queue"),
    "read-chat": ("never_closes_the_client",),
}


def banked(names: dict[str, tuple[str, ...]]) -> list[Job]:
    return [
        Job(slug, exercise(slug).bank / "wrong" / f"{name}.py")
        for slug, several in names.items()
        for name in several
    ]


JOBS = [
    *(Job(slug, exercise(slug).answer("solutions")) for slug in RIGHT),
    *banked(WRONG),
    *(pytest.param(job, marks=pytest.mark.slow) for job in banked(WRONG_AND_SLOW)),
]
TICKER = exercise("stock-ticker")


@contextmanager
def started(how: str) -> Iterator[Grader]:
    """A grader whose processes are started so, of which nothing is left in the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(START, how)
        others = set(psutil.Process().children(recursive=True))
        with Grader(RIGHT) as grader:
            ours = below_us(but=others)
            yield grader
            with suppress(psutil.NoSuchProcess):
                zygote = psutil.Process(grader._zygote._process.pid)
                ours |= set(zygote.children(recursive=True))
    _, alive = psutil.wait_procs(ours, timeout=20)
    assert not alive


def below_us(*, but: set[psutil.Process]) -> set[psutil.Process]:
    """The processes below this one, without those and what they may start at any moment."""
    found = set()
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if not but & {each, *each.parents()}:
                found.add(each)
    return found


@pytest.fixture(scope="module")
def fresh() -> Iterator[Grader]:
    with started("fresh") as grader:
        yield grader


@pytest.fixture(scope="module")
def forked() -> Iterator[Grader]:
    if not hasattr(os, "fork"):
        pytest.skip("there is no fork to compare with")
    with started("fork") as grader:
        yield grader


def told(verdict: Verdict) -> dict[str, Any]:
    """What a verdict says, but for how long it took, and for the data that was made up for it."""
    return {
        "result": verdict.result,
        "reason": verdict.reason,
        "output": verdict.output,
        "behaviours": [_told(behaviour) for behaviour in verdict.behaviours],
    }


def _told(behaviour: Behaviour) -> dict[str, Any]:
    seen = behaviour.evidence
    return {
        "id": behaviour.id,
        "outcome": behaviour.outcome,
        "blocked_by": behaviour.blocked_by,
        "trace": behaviour.trace,
        "idea": seen and seen.misconception and seen.misconception.slug,
        "line": seen and seen.line,
    }


@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.slug} {job.file.stem}")
def test_a_fresh_process_gets_the_verdict_of_a_forked_one(
    forked: Grader, fresh: Grader, job: Job
) -> None:
    (known,), (verdict,) = forked.judge([job]), fresh.judge([job])
    assert verdict.result is (Result.FAILED if "wrong" in job.file.parts else Result.PASSED)
    assert told(verdict) == told(known)


def judged(grader: Grader, file: Path, content: str = "") -> Verdict:
    if content:
        file.write_text(content)
    (verdict,) = grader.judge([Job(TICKER.slug, file)])
    return verdict


LEAVES_A_FILE = """
import tempfile
from pathlib import Path

folder = Path(tempfile.gettempdir())
print([file.name for file in folder.iterdir()])
(folder / "left").touch()
"""


@pytest.mark.parametrize("how", ["forked", "fresh"])
def test_a_temporary_file_of_one_judgement_is_nothing_to_the_next(
    request: pytest.FixtureRequest, tmp_path: Path, how: str
) -> None:
    grader, file = request.getfixturevalue(how), tmp_path / "answer.py"
    once = judged(grader, file, TICKER.answer("solutions").read_text() + LEAVES_A_FILE)
    again = judged(grader, file)
    assert once.result is again.result is Result.PASSED
    assert set(once.output.splitlines()) == set(again.output.splitlines()) == {"[]"}


@pytest.mark.parametrize("how", ["forked", "fresh"])
def test_the_temporary_folder_goes_with_the_judgement(
    request: pytest.FixtureRequest, tmp_path: Path, how: str
) -> None:
    grader, file = request.getfixturevalue(how), tmp_path / "answer.py"
    says = "\nimport tempfile\nprint(tempfile.mkdtemp())\n"
    verdict = judged(grader, file, TICKER.answer("solutions").read_text() + says)
    left = [Path(line) for line in verdict.output.splitlines()]
    assert left
    until = time.monotonic() + 20
    while any(folder.exists() for folder in left) and time.monotonic() < until:
        time.sleep(0.01)
    assert not [folder for folder in left if folder.exists()]


def test_a_file_that_ends_its_parent_ends_no_other(fresh: Grader, tmp_path: Path) -> None:
    ends = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nsignal.pause()\n"
    verdict = judged(fresh, tmp_path / "answer.py", ends)
    assert verdict.result is Result.NOT_GRADABLE
    assert verdict.reason == "the file ended the process while it was being imported."
    assert judged(fresh, TICKER.answer("solutions")).result is Result.PASSED


def test_how_a_process_ended_is_told(fresh: Grader, tmp_path: Path) -> None:
    reference = TICKER.answer("solutions").read_text()
    ends = reference.replace(
        "    return Streaming", "    __import__('os')._exit(7)\n    return Streaming"
    )
    assert ends != reference
    first = judged(fresh, tmp_path / "answer.py", ends).first_unmet
    assert first is not None
    assert first.evidence is not None
    assert "ended while it was at work (exit code 7)" in first.evidence.observed


@pytest.mark.parametrize("dead", ["_session", "_zygote"])
def test_a_judge_that_breaks_down_is_a_kit_error(dead: str) -> None:
    with started("fresh") as grader:
        process = grader._session if dead == "_session" else grader._zygote._process
        process.kill()
        process.wait()
        broken = judged(grader, TICKER.answer("solutions"))
    assert broken.result is Result.KIT_ERROR
    assert broken.reason


@pytest.mark.parametrize(
    ("platform", "asked", "forked"),
    [
        ("linux", "", True),
        ("linux", "fresh", False),
        ("darwin", "", False),
        ("darwin", "fork", True),
    ],
)
def test_processes_are_forked_where_that_is_safe_or_asked_for(
    monkeypatch: pytest.MonkeyPatch, platform: str, asked: str, forked: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(START, asked)
    assert forks() is forked


def test_what_has_no_fork_cannot_be_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    monkeypatch.delenv(START, raising=False)
    assert not forks()
    monkeypatch.setenv(START, "fork")
    with pytest.raises(Unsupported, match="there is no fork here"):
        forks()


def test_an_unknown_way_to_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(START, "frsh")
    with pytest.raises(Distrust, match="STREAMDRILL_START is 'frsh'; it can be fork or fresh"):
        Grader([TICKER.slug]).__enter__()


def test_a_system_without_unix_sockets_is_told_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(Distrust, match=r"needs Unix sockets.*use the Windows Subsystem for Linux"):
        Grader([TICKER.slug]).__enter__()


@pytest.mark.parametrize(
    ("asked", "found", "blocks"),
    [
        ("fresh", "fresh ones: slower, the same verdicts, as STREAMDRILL_START asks", False),
        ("frsh", "nothing can be judged", True),
    ],
)
def test_the_doctor_says_how_processes_are_started(
    monkeypatch: pytest.MonkeyPatch, asked: str, found: str, blocks: bool
) -> None:
    monkeypatch.setenv(START, asked)
    (finding,) = (each for each in examine() if each.about == "processes")
    assert (finding.found, finding.blocks) == (found, blocks)
    assert finding.remedy
