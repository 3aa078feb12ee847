"""GitHub's workflow commands, which put each finding beside the line that it is about."""

from __future__ import annotations

from collections.abc import Iterator

from grader.exports.words import behaviour_text
from grader.verdicts import Behaviour, Level, Line, Outcome, Report, Result, Verdict


def workflow_commands(report: Report) -> Iterator[str]:
    """One line for each finding: an error where it decides the verdict, else a notice."""
    for verdict in report.verdicts:
        if verdict.reason:
            yield _command("error", verdict, verdict.line, verdict.reason)
        for behaviour in verdict.behaviours:
            if behaviour.outcome is Outcome.UNMET:
                yield _finding(verdict, behaviour)


def _finding(verdict: Verdict, behaviour: Behaviour) -> str:
    line = behaviour.evidence.line if behaviour.evidence else None
    decides = behaviour.level is Level.ESSENTIAL and verdict.result is Result.FAILED
    return _command("error" if decides else "notice", verdict, line, behaviour_text(behaviour))


def _command(kind: str, verdict: Verdict, line: Line | None, message: str) -> str:
    properties = {"file": line.file if line else verdict.file, "title": verdict.exercise}
    if line:
        properties["line"] = str(line.number)
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {told}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
