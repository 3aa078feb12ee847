"""The self-check: it passes on the pinned versions, it can fail, and it says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judge import selfcheck
from grader.judge.evidence import Distrust
from grader.stage.hooks import LEANED_ON


def test_passes_on_the_installed_versions(zygote: str) -> None:
    assert selfcheck.check(zygote) is None


def test_notices_a_stage_that_takes_the_wrong_endpoint_for_right(zygote: str) -> None:
    problem = selfcheck._check_right(zygote, selfcheck.HERE / "wrong.py")
    assert problem is not None
    assert "right stream" in problem


def test_notices_a_stage_that_misses_the_sleep(zygote: str) -> None:
    problem = selfcheck._check_wrong(zygote, selfcheck.HERE / "right.py")
    assert problem is not None
    assert "virtual time" in problem


def test_an_endpoint_that_cannot_be_loaded_is_a_problem(
    zygote: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selfcheck, "HERE", tmp_path)
    assert "could not be judged" in (selfcheck.check(zygote) or "")


def test_is_done_once_for_each_set_of_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "kept" / "selfcheck.json"
    checks: list[str] = []
    monkeypatch.setattr(selfcheck, "check", checks.append)
    selfcheck.ensure("zygote", memory=memory)
    selfcheck.ensure("zygote", memory=memory)
    assert checks == ["zygote"]


def test_a_corrupt_memory_is_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "selfcheck.json"
    checks: list[str] = []
    memory.write_text("{")
    monkeypatch.setattr(selfcheck, "check", checks.append)
    selfcheck.ensure("zygote", memory=memory)
    assert checks == ["zygote"]


def test_a_failure_names_the_versions_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selfcheck, "check", lambda zygote: "the clock stood still")
    with pytest.raises(Distrust, match=r"the clock stood still.*constraints\.txt") as failure:
        selfcheck.ensure("zygote", memory=tmp_path / "selfcheck.json")
    assert all(name in str(failure.value) for name in LEANED_ON)
    assert not (tmp_path / "selfcheck.json").exists()
