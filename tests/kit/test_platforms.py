"""Where the operating systems differ: what stands in for what Linux has, run on Linux, too."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from types import SimpleNamespace

import psutil
import pytest

from grader import platforms
from grader.judge.patience import ASLEEP, BUSY, Patience
from grader.platforms import at_rest, ends_within

SPIN = "while True: pass"
WAIT = "import sys; print('ready', flush=True); sys.stdin.read()"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system that is not Linux."""
    monkeypatch.setattr(platforms, "LINUX", False)
    monkeypatch.setattr("grader.judge.patience.awake", lambda pid: None)


@pytest.fixture
def waiting() -> Iterator[int]:
    """The number of a process that waits for its input."""
    yield from _running(WAIT)


@pytest.fixture
def spinning() -> Iterator[int]:
    """The number of a process that never rests."""
    yield from _running("print(flush=True)\n" + SPIN)


def _running(code: str) -> Iterator[int]:
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def _comes_to_rest(pid: int) -> bool:
    """Whether two looks, one after the other, see the same."""
    return any(at_rest(pid) == at_rest(pid) is not None for _ in range(1000))


@pytest.mark.parametrize("linux", [True, False])
def test_a_process_that_waits_is_at_rest(
    monkeypatch: pytest.MonkeyPatch, waiting: int, linux: bool
) -> None:
    monkeypatch.setattr(platforms, "LINUX", linux and platforms.LINUX)
    assert _comes_to_rest(waiting)


def test_a_process_that_spins_is_not_at_rest_elsewhere(elsewhere: None, spinning: int) -> None:
    before = at_rest(spinning)
    began = psutil.Process(spinning).cpu_times().user
    while psutil.Process(spinning).cpu_times().user == began:
        pass
    assert at_rest(spinning) != before


def test_what_has_gone_is_at_rest_elsewhere(elsewhere: None) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    assert at_rest(process.pid) == ()


def test_patience_with_one_that_spins_ends_elsewhere_too(elsewhere: None, spinning: int) -> None:
    patience = Patience(spinning, printed=lambda: 0, busy_limit=0.2)
    while not (reason := patience.exhausted()):
        pass
    assert reason == BUSY


def test_patience_with_one_that_sleeps_ends_elsewhere_too(elsewhere: None, waiting: int) -> None:
    patience = Patience(waiting, printed=lambda: 0, asleep_limit=0.2)
    while not (reason := patience.exhausted()):
        pass
    assert reason == ASLEEP


def test_a_process_may_sleep_until_what_it_wrote_is_read(
    monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    now = map(float, count())
    clock = SimpleNamespace(monotonic=lambda: next(now))
    monkeypatch.setattr("grader.judge.patience.time", clock)
    end, its_end = os.pipe()
    os.write(its_end, b"unread")
    patience = Patience(
        waiting, printed=lambda: 0, ends=[end], asleep_limit=0.2, wall_limit=math.inf
    )
    assert {patience.exhausted() for _ in range(1_000)} == {None}
    os.read(end, 6)
    assert ASLEEP in islice(iter(patience.exhausted, BUSY), 1_000)
    os.close(end)
    os.close(its_end)


@pytest.mark.parametrize("linux", [True, False])
def test_descriptors_are_closed(linux: bool) -> None:
    code = (
        "import os, sys; from grader import platforms; platforms.LINUX &= sys.argv[1] == 'True';"
        "kept = os.dup2(0, 7); os.dup2(0, 8); os.dup2(0, 99); platforms.close_from(8);"
        "os.fstat(7); open_still = [n for n in (8, 99) if os.path.exists(f'/dev/fd/{n}')];"
        "sys.exit(str(open_still) if open_still else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(linux)], check=False).returncode == 0


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux can tell")
def test_a_process_that_does_not_end_is_known_not_to(waiting: int) -> None:
    assert not ends_within(waiting, 0.0)


def test_where_it_cannot_be_told_a_process_is_said_to_have_ended(
    monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert ends_within(waiting, 0.0)
