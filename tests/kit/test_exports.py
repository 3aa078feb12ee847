"""The forms of a verdict that other programs read."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from grader.exports.github import workflow_commands
from grader.exports.gradescope import gradescope
from grader.exports.junit import junit
from grader.verdicts import (
    Behaviour,
    Evidence,
    Level,
    Line,
    Misconception,
    Outcome,
    Report,
    Result,
    Verdict,
)

EVIDENCE = Evidence(
    observed="a\x00 NUL, 100 %\nand more",
    expected="<nothing> & nobody",
    misconception=Misconception(slug="one-behind", sentence="It is one behind.", why="Late."),
    line=Line(file="exercises/a,b.py", number=7, text="yield x", function="f", why="here"),
)


def behaviour(name: str, level: Level, outcome: Outcome) -> Behaviour:
    return Behaviour(
        id=name,
        sentence=f"{name}.",
        level=level,
        outcome=outcome,
        evidence=EVIDENCE if outcome is Outcome.UNMET else None,
        blocked_by="lockstep" if outcome is Outcome.NOT_REACHED else None,
    )


FAILED = Verdict(
    exercise="stock-ticker",
    file="exercises/feeds/stock_ticker.py",
    result=Result.FAILED,
    mode="virtual",
    behaviours=(
        behaviour("starts", Level.ESSENTIAL, Outcome.MET),
        behaviour("lockstep", Level.ESSENTIAL, Outcome.UNMET),
        behaviour("memory", Level.ESSENTIAL, Outcome.NOT_REACHED),
        behaviour("pace", Level.ESSENTIAL, Outcome.NOT_JUDGED),
        behaviour("head", Level.GOOD, Outcome.UNMET),
    ),
    seconds=0.25,
)
STUB = Verdict(
    exercise="large-file",
    file="exercises/files/large_file.py",
    result=Result.NOT_GRADABLE,
    mode="virtual",
    reason="still the stub",
)


def test_junit_counts_only_what_decides_as_a_failure() -> None:
    (suite, refused) = Xml.fromstring(junit(Report((FAILED, STUB))))
    counted = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "5", "failures": "1", "errors": "0", "skipped": "3"}
    assert suite.find("./testcase[@name='lockstep']/failure") is not None
    assert refused.find("./testcase/error[@message='still the stub']") is not None


def test_junit_holds_nothing_that_xml_cannot() -> None:
    (suite,) = Xml.fromstring(junit(Report((replace(FAILED, output="bell \x07"),))))
    failure = suite.find(".//failure")
    assert failure is not None
    assert "observed: a\\x00 NUL" in (failure.text or "")
    assert suite.findtext("system-out") == "bell \\x07"


def test_gradescope_gives_the_part_of_the_point_that_is_earned() -> None:
    document = gradescope(Report((FAILED, STUB)))
    assert document["score"] == 0.5  # of four essential ones, one is met and one is not judged
    assert sum(test["max_score"] for test in document["tests"]) == 2
    assert [test["status"] for test in document["tests"]].count("failed") == 4


@pytest.mark.parametrize(
    ("outcomes", "score"), [((Outcome.MET, Outcome.MET), 1.0), ((Outcome.MET, Outcome.UNMET), 0.5)]
)
def test_gradescope_gives_a_point_for_a_passed_exercise(
    outcomes: tuple[Outcome, ...], score: float
) -> None:
    behaviours = tuple(behaviour(o, Level.ESSENTIAL, o) for o in outcomes)
    assert gradescope(Report((replace(FAILED, behaviours=behaviours),)))["score"] == score


def test_github_is_told_the_file_and_the_line() -> None:
    error, notice = workflow_commands(Report((FAILED,)))
    assert error.startswith(
        "::error file=exercises/a%2Cb.py,title=stock-ticker,line=7::lockstep.%0Aobserved: a"
    )
    assert "100 %25%0Aand more" in error
    assert notice.startswith("::notice ")


def test_github_is_told_why_a_file_cannot_be_judged() -> None:
    (error,) = workflow_commands(Report((STUB,)))
    assert error == ("::error file=exercises/files/large_file.py,title=large-file::still the stub")
