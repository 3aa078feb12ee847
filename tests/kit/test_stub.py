"""Putting a stub back: nothing of the learner's is lost, and nothing is half done."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from grader import stub
from grader.catalogue import Exercise, exercise
from grader.stub import NoStub, pristine, restore

STUB = "def endpoint():\n    raise NotImplementedError\n"
ANSWER = "def endpoint():\n    return 1\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own, whose only commit holds the stub of one exercise."""
    monkeypatch.setattr(stub, "ROOT", tmp_path)
    monkeypatch.setattr(stub, "ASIDE", tmp_path / "kept")
    monkeypatch.setattr(Exercise, "answer", lambda self, target: tmp_path / target / "x.py")
    file = tmp_path / "exercises" / "x.py"
    file.parent.mkdir()
    file.write_text(STUB)
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path)
    return file


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path) -> None:
    _git(folder, "add", "exercises")
    _git(folder, "commit", "--quiet", "-m", "A commit")


@pytest.mark.parametrize("committed", [False, True], ids=["not committed", "committed"])
def test_the_answer_is_kept_and_the_stub_is_back(file: Path, committed: bool) -> None:
    file.write_text(ANSWER)
    if committed:
        _commit(file.parents[1])
    kept = restore(exercise("stock-ticker"))
    assert file.read_text() == STUB
    assert kept is not None
    assert kept.read_text() == ANSWER


def test_two_answers_are_kept_under_two_names(file: Path) -> None:
    kept = set()
    for answer in ("1\n", "2\n"):
        file.write_text(answer)
        kept.add(restore(exercise("stock-ticker")))
    assert sorted(path.read_text() for path in kept if path) == ["1\n", "2\n"]


def test_a_stub_that_was_not_touched_is_not_kept(file: Path) -> None:
    assert restore(exercise("stock-ticker")) is None
    assert file.read_text() == STUB


def test_a_file_that_was_removed_comes_back(file: Path) -> None:
    file.unlink()
    _git(file.parents[1], "commit", "--quiet", "-a", "-m", "Removed")
    assert restore(exercise("stock-ticker")) is None
    assert file.read_text() == STUB


def test_without_a_stub_in_the_history_nothing_is_touched(file: Path) -> None:
    other = file.with_name("y.py")
    other.write_text(ANSWER)
    with pytest.raises(NoStub, match=r"no commit holds a stub of exercises/y\.py"):
        pristine(other)
    assert other.read_text() == ANSWER


@pytest.mark.parametrize("what", ["no repository", "no git"])
def test_without_git_or_its_history_one_sentence_says_so(
    file: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "no git":
        monkeypatch.setenv("PATH", "")
    else:
        (file.parents[1] / ".git").rename(file.parents[1] / "elsewhere")
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(file.parents[2]))
    file.write_text(ANSWER)
    with pytest.raises(NoStub, match="git"):
        restore(exercise("stock-ticker"))
    assert file.read_text() == ANSWER
