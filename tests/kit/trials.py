"""Verdicts on an exercise of three behaviours, as `grade verify` gathers them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.catalogue import exercise
from grader.judge.behaviour import Rule
from grader.verdicts import Behaviour, Evidence, Level, Misconception, Outcome, Result, Verdict
from grader.verify.entries import Entry
from grader.verify.judging import Trial

RULES = (
    Rule("starts", "It starts.", Level.ESSENTIAL, ()),
    Rule("streams", "It streams.", Level.ESSENTIAL, ("starts",)),
    Rule("names-itself", "It names itself.", Level.GOOD, ()),
)
MET, UNMET = Outcome.MET, Outcome.UNMET
Outcomes = tuple[Outcome, Outcome, Outcome]


def behaviours(outcomes: Outcomes, *, idea: str = "", trace: str = "") -> tuple[Behaviour, ...]:
    """The three behaviours; those that are unmet point to the misconception `idea`."""
    return tuple(
        Behaviour(
            id=rule.id,
            sentence=rule.sentence,
            level=rule.level,
            outcome=outcome,
            evidence=_evidence(idea) if outcome is UNMET else None,
            trace=trace if outcome is MET else "",
        )
        for rule, outcome in zip(RULES, outcomes, strict=True)
    )


def _evidence(idea: str) -> Evidence:
    known = Misconception(slug=idea, sentence="Wrong.", why="Because.") if idea else None
    return Evidence(observed="<b>nothing\x1b", expected="a chunk", misconception=known)


def passed(outcomes: Outcomes = (MET, MET, MET), *, trace: str = "t", idea: str = "") -> Verdict:
    found = behaviours(outcomes, idea=idea, trace=trace)
    return Verdict(
        exercise="stock-ticker",
        file="answer.py",
        result=Result.PASSED,
        mode="virtual",
        behaviours=found,
    )


def failed(outcomes: Outcomes, *, idea: str = "one-behind") -> Verdict:
    return replace(passed(outcomes, idea=idea), result=Result.FAILED)


def broken(reason: str = "the judge broke down") -> Verdict:
    return replace(passed(), result=Result.KIT_ERROR, reason=reason, behaviours=())


STUB = replace(
    passed(),
    result=Result.NOT_GRADABLE,
    reason="still the stub: implement it",
    behaviours=(),
    file="stub.py",
)


def banked(
    folder: Path, verdict: Verdict, *, kind: str = "wrong", caught: str = "", name: str = ""
) -> tuple[Entry, Verdict]:
    """An entry with this verdict; a wrong one says that it is `caught` thus."""
    file = folder / f"{name or len(list(folder.iterdir()))}.py"
    file.write_text(f'"""Answers <somehow>.\n{caught}\n"""\n')
    return Entry("stock-ticker", kind, file), replace(verdict, file=str(file))


def trial(folder: Path) -> Trial:
    """One of which everything holds."""
    bank = (
        banked(folder, passed((MET, MET, UNMET)), kind="right", name="unnamed"),
        banked(
            folder,
            failed((UNMET, Outcome.NOT_REACHED, MET)),
            caught="one-behind, caught by starts",
            name="late",
        ),
        banked(
            folder,
            failed((MET, UNMET, MET), idea="collects-then-yields"),
            caught="collects-then-yields, caught by streams",
            name="list",
        ),
    )
    return Trial(
        exercise=exercise("stock-ticker"),
        mode="virtual",
        rules=RULES,
        stub=STUB,
        references=(passed(), passed()),
        bank=bank,
    )
