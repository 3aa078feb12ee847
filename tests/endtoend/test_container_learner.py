"""The image and a learner's own `exercises/`, which it is given, and what it remembers of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.catalogue import ROOT, exercises

from .engine import Script, run

pytestmark = [pytest.mark.endtoend, pytest.mark.timeout(1200)]


@pytest.fixture
def learner(image: dict[str, str], tmp_path: Path) -> Iterator[Script]:
    """The script in a folder where the stock ticker has been answered, and nothing else."""
    shutil.copy(ROOT / "run_docker.sh", tmp_path)
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    ticker = exercises()["stock-ticker"]
    shutil.copy(ticker.answer("solutions"), ticker.answer(str(tmp_path / "exercises")))
    script = Script(tmp_path, image, NAME="learner", TARGET="exercises")
    yield script
    script.run("stop")
    run("docker", "volume", "rm", "learner-state", **script.variables)


def test_an_answer_is_judged_and_that_it_passed_is_remembered(learner: Script) -> None:
    assert "PASSED  stock-ticker" in learner.run("grade", "run", "stock-ticker")
    learner.run("start")
    learner.run("stop")

    listed = learner.run("grade", "list").splitlines()
    assert [line.split()[0] for line in listed if line.endswith(" passed")] == ["stock-ticker"]


def test_a_stub_is_not_gradable(learner: Script) -> None:
    ran = learner.ended("grade", "run", "live-logs")
    assert (ran.returncode, "still the stub" in ran.stdout) == (3, True)


def test_with_a_stub_of_health_the_server_is_healthy(learner: Script) -> None:
    assert f"healthy, on {learner.address}" in learner.run("start")
    stub = learner.ended("client", "/health")
    assert stub.returncode == 22
    assert json.loads(stub.stdout)["detail"].startswith("still the stub")


def test_without_the_bank_nothing_is_verified(learner: Script) -> None:
    ran = learner.ended("grade", "verify", "health")
    assert (ran.returncode, "run it in a clone" in ran.stderr) == (2, True)


def test_a_folder_that_the_image_may_not_enter_is_named(learner: Script, tmp_path: Path) -> None:
    (tmp_path / "exercises" / "warmup").chmod(0o700)
    ran = learner.ended("grade", "run", "health")
    assert ran.returncode == 2
    assert "exercises/warmup/health.py cannot be read; check its permissions" in ran.stderr
