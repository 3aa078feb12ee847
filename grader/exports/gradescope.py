"""Gradescope's results.json: one test for each behaviour, of which only essential ones score."""

from __future__ import annotations

from typing import Any

from grader.exports.words import behaviour_text
from grader.verdicts import Behaviour, Level, Outcome, Report, Result, Verdict

_SAID = {Result.NOT_GRADABLE: "not gradable", Result.KIT_ERROR: "a fault of the grader"}


def gradescope(report: Report) -> dict[str, Any]:
    """The document (Gradescope autograder specification, "Output Format").

    Each exercise is worth one point; a file that passes has it, and others have the part of it
    that its essential behaviours are met.
    """
    tests = [test for verdict in report.verdicts for test in _tests(verdict)]
    return {
        "score": round(sum(test["score"] for test in tests), 4),
        "output_format": "text",
        "tests": tests,
    }


def _tests(verdict: Verdict) -> list[dict[str, Any]]:
    if not verdict.behaviours:
        return [
            {
                "name": f"{verdict.exercise}: {_SAID.get(verdict.result, verdict.result)}",
                "score": 0.0,
                "max_score": 1.0,
                "status": "failed",
                "output": verdict.reason or "",
            }
        ]
    return [_test(verdict, behaviour) for behaviour in verdict.behaviours]


def _test(verdict: Verdict, behaviour: Behaviour) -> dict[str, Any]:
    essential = behaviour.level is Level.ESSENTIAL
    worth = 1 / verdict.count(Level.ESSENTIAL) if essential else 0.0
    met = behaviour.outcome in (Outcome.MET, Outcome.NOT_JUDGED)
    reason = f"not reached: needs {behaviour.blocked_by}" if behaviour.blocked_by else None
    return {
        "name": f"{verdict.exercise}: {behaviour.sentence}",
        "score": worth if met else 0.0,
        "max_score": worth,
        "status": "passed" if met else "failed",
        "output": reason or behaviour.reason or ("" if met else behaviour_text(behaviour)),
        "tags": [str(behaviour.level)],
        "extra_data": {"exercise": verdict.exercise, "behaviour": behaviour.id},
    }
