"""The board, and what it knows of the learner's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ran

from grader.catalogue import exercises
from grader.verdicts import Result

Grade = Callable[..., Ran]
ANSWER = "router = None\n"


@pytest.fixture
def own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project whose learner has answered every exercise."""
    for module in ("catalogue", "places", "running"):
        monkeypatch.setattr(f"grader.{module}.ROOT", tmp_path)
    for target in ("exercises", "solutions"):
        for exercise in exercises().values():
            file = exercise.answer(target)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(ANSWER)
    return tmp_path


def test_the_board_lists_every_exercise_and_what_to_do_next(grade: Grade, own_files: Path) -> None:
    ran = grade()
    assert ran.exit_code == 0
    for slug, exercise in exercises().items():
        assert slug in ran.stdout
        assert exercise.topic in ran.stdout
    assert f"0 of {len(exercises())} passed" in ran.stdout
    assert f" run {next(iter(exercises()))}" in ran.stdout


def test_the_board_remembers_verdicts_on_the_learners_own_files(
    grade: Grade, judge: Any, own_files: Path
) -> None:
    judge.results["large-file"] = Result.FAILED
    assert "not judged yet" in grade().stdout
    grade("run", "--all")
    assert "failed (0 of 1)" in grade().stdout
    assert "passed (1 of 1)" in grade().stdout
    exercises()["stock-ticker"].answer("exercises").write_text(ANSWER + "\n")
    assert "changed since the last verdict" in grade().stdout


def test_verdicts_on_other_files_are_not_remembered(grade: Grade, own_files: Path) -> None:
    grade("run", "--all", "--target", "solutions")
    other = own_files / "other.py"
    other.write_text(ANSWER)
    grade("run", str(other), "--as", "stock-ticker")
    assert "passed (" not in grade().stdout


def test_the_board_never_runs_a_learners_file(grade: Grade, own_files: Path) -> None:
    exercises()["stock-ticker"].answer("exercises").write_text("raise SystemExit(7)\n")
    assert grade().exit_code == 0


def test_a_board_on_which_all_is_passed_leads_to_the_cards(grade: Grade, own_files: Path) -> None:
    grade("run", "--all")
    assert grade().stdout.splitlines()[-1].endswith("quiz  (the questions)")


def test_a_torn_progress_file_is_told_in_one_line(grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text("{")
    ran = grade()
    assert ran.exit_code == 0
    assert ran.stderr.count("\n") == 1
    assert "could not be understood; it is kept as" in ran.stderr
