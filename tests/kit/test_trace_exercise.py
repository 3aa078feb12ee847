"""`grade trace SLUG`: which behaviour is drawn, and what is said if there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result as Ran

from grader.trace.exercise import NothingToDraw, chosen
from grader.verdicts import Behaviour, Evidence, Level, Moment, Outcome, Result, Verdict

Grade = Callable[..., Ran]

CAME = (Moment(at=0, lane="wire", kind="chunk", text="12 bytes"),)


def behaviour(name: str, outcome: Outcome, *, level: Level = Level.ESSENTIAL) -> Behaviour:
    unmet = outcome is Outcome.UNMET
    evidence = Evidence(observed="a", expected="b", timeline=CAME) if unmet else None
    timeline = CAME if outcome is Outcome.MET else ()
    return Behaviour(
        id=name,
        sentence="It streams.",
        level=level,
        outcome=outcome,
        evidence=evidence,
        timeline=timeline,
    )


def verdict(*behaviours: Behaviour, reason: str | None = None) -> Verdict:
    return Verdict(
        exercise="stock-ticker",
        file="x.py",
        result=Result.FAILED,
        mode="virtual",
        behaviours=behaviours,
        reason=reason,
    )


STARTS = behaviour("starts", Outcome.MET)
LOCKSTEP = behaviour("lockstep", Outcome.MET)
WRONG = behaviour("wrong", Outcome.UNMET)
IMPROVE = behaviour("improve", Outcome.UNMET, level=Level.GOOD)


@pytest.mark.parametrize(
    ("behaviours", "named", "drawn"),
    [
        ((STARTS, LOCKSTEP, IMPROVE), None, "lockstep"),
        ((STARTS, LOCKSTEP, WRONG), None, "wrong"),
        ((STARTS, IMPROVE), None, "starts"),
        ((STARTS, LOCKSTEP, WRONG), "starts", "starts"),
        ((STARTS, IMPROVE), "improve", "improve"),
    ],
)
def test_what_is_to_mend_is_drawn_first_and_else_how_items_travel(
    behaviours: tuple[Behaviour, ...], named: str | None, drawn: str
) -> None:
    assert chosen(verdict(*behaviours), named).id == drawn


def test_an_unknown_behaviour_is_refused_with_those_that_there_are() -> None:
    waits = behaviour("waits", Outcome.NOT_REACHED)
    with pytest.raises(NothingToDraw, match=r"'zzz'; there are: starts, wrong\.$"):
        chosen(verdict(STARTS, waits, WRONG), "zzz")


def test_a_verdict_without_moments_tells_its_own_reason() -> None:
    with pytest.raises(NothingToDraw, match="still the stub"):
        chosen(verdict(reason="still the stub"), None)


def test_what_was_judged_without_a_timeline_is_a_usage_error(grade: Grade) -> None:
    ran = grade("trace", "stock-ticker", "--target", "solutions")
    assert ran.exit_code == 2
    assert "no behaviour has come so far" in ran.stderr
