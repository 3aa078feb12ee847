"""`grade run`: which file is judged, what is printed where, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ran

from grader.catalogue import ROOT, exercises
from grader.judge.sessions import Job
from grader.verdicts import Result, Verdict

Grade = Callable[..., Ran]
ANSWER = "router = None\n"


# The verdict and its exit code


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (Result.PASSED, 0),
        (Result.FAILED, 1),
        (Result.NOT_GRADABLE, 3),
        (Result.KIT_ERROR, 4),
    ],
)
def test_the_exit_code_says_what_the_verdict_is(
    grade: Grade, judge: Any, result: Result, code: int
) -> None:
    judge.results["stock-ticker"] = result
    ran = grade("run", "stock-ticker")
    assert ran.exit_code == code
    assert result.value.replace("_", " ").upper() in ran.stdout
    assert ran.stderr == ""


def test_a_judge_that_breaks_down_makes_a_kit_error_of_what_is_left(
    grade: Grade,
    judge: Any,
) -> None:
    judge.results["large-file"] = OSError("no zygote")  # which it is given last
    ran = grade("run", "stock-ticker", "large-file", "--json")
    found = {v["exercise"]: v for v in json.loads(ran.stdout)["verdicts"]}
    assert ran.exit_code == 4
    assert found["stock-ticker"]["result"] == "passed"
    assert found["large-file"]["reason"] == "the judge broke down: OSError: no zygote"


def test_a_judge_without_a_verdict_is_never_a_pass(
    grade: Grade, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "judge", lambda *_, **__: iter(()))
    assert grade("run", "stock-ticker").exit_code == 4


def test_ctrl_c_ends_the_children_and_exits_130(grade: Grade, judge: Any) -> None:
    judge.results["stock-ticker"] = KeyboardInterrupt()
    ran = grade("run", "stock-ticker")
    assert (ran.exit_code, judge.ended) == (130, 1)
    assert ran.stderr.strip() == "grade: interrupted"


def test_a_fault_of_the_command_itself_exits_4(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.board.board", lambda *_, **__: 1 / 0)
    ran = grade()
    assert ran.exit_code == 4
    assert "a fault of the kit, not yours: ZeroDivisionError" in ran.stderr


# Which file is judged


def test_a_slug_is_the_learners_file_or_the_reference(grade: Grade, judge: Any) -> None:
    grade("run", "stock-ticker")
    grade("run", "stock-ticker", "--target", "solutions")
    assert judge.judged == [
        Job(slug="stock-ticker", file=ROOT / "exercises/feeds/stock_ticker.py"),
        Job(slug="stock-ticker", file=ROOT / "solutions/feeds/stock_ticker.py"),
    ]


def test_any_file_can_be_judged_as_an_exercise(grade: Grade, judge: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(ANSWER)
    assert grade("run", str(file), "--as", "large-file").exit_code == 0
    assert judge.judged == [Job(slug="large-file", file=file)]


def test_the_path_of_an_answer_needs_no_slug(grade: Grade, judge: Any) -> None:
    assert grade("run", "exercises/feeds/stock_ticker.py").exit_code == 0
    assert [job.slug for job in judge.judged] == ["stock-ticker"]


def test_nothing_is_judged_twice(grade: Grade, judge: Any) -> None:
    grade("run", "stock-ticker", "stock-ticker", "exercises/feeds/stock_ticker.py")
    assert len(judge.judged) == 1


def test_all_are_told_in_the_order_of_the_catalogue(grade: Grade) -> None:
    told = [v["exercise"] for v in json.loads(grade("run", "--all", "--json").stdout)["verdicts"]]
    assert told == list(exercises())


def test_files_are_told_in_the_order_in_which_they_were_named(grade: Grade, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.py", "a.py", "c.py")]
    for file in files:
        file.write_text(ANSWER)
    ran = grade("run", *map(str, files), "--as", "large-file", "--json")
    assert [v["file"] for v in json.loads(ran.stdout)["verdicts"]] == list(map(str, files))


def test_real_is_passed_on(grade: Grade) -> None:
    ran = grade("run", "stock-ticker", "--real", "--json")
    assert json.loads(ran.stdout)["verdicts"][0]["mode"] == "real"


def test_json_is_all_that_is_on_standard_output(grade: Grade) -> None:
    ran = grade("run", "stock-ticker", "large-file", "--json")
    document = json.loads(ran.stdout)
    assert document["schema"] == "streamdrill.verdicts/1"
    assert document["exit_code"] == ran.exit_code == 0
    assert "2 judged: 2 passed" in ran.stderr


def test_json_is_ascii_whatever_was_observed(
    grade: Grade, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = "\ud800 \u2028 \U0001f600"

    def printed(_: Any, jobs: Iterable[Job], **options: Any) -> Iterator[Verdict]:
        for job in jobs:
            yield Verdict(
                exercise=job.slug,
                file=str(job.file),
                result=Result.FAILED,
                mode="virtual",
                output=odd,
            )

    monkeypatch.setattr(judge, "judge", printed)
    ran = grade("run", "stock-ticker", "--json")
    assert ran.stdout.isascii()
    assert json.loads(ran.stdout)["verdicts"][0]["output"] == odd
