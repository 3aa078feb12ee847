"""The bank: right and wrong answers to every exercise, each with the verdict that it must get.

The verdict is in the path. A wrong entry's docstring says in its first line what is wrong, and in
its second which misconception that is and which behaviour has to catch it:

    collects-then-yields, caught by lockstep

Judging them all takes minutes, so `./grade test -m slow` does it, and CI. With `--real` the same
entries are judged on an unmodified uvicorn and real time, where wrong ones are waited for.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.catalogue import ROOT, exercises
from grader.judge.diagnosis import content
from grader.judge.sessions import PARALLEL, Grader, Job
from grader.verdicts import Level, Outcome, Result, Verdict

pytestmark = pytest.mark.timeout(1800)  # the first test waits for all of the verdicts

_CAUGHT = re.compile(r"(?P<misconception>[\w-]+), caught by (?P<behaviour>[\w-]+)")
LEAST = {"right": 4, "wrong": 6}


@dataclass(frozen=True, slots=True)
class Entry:
    slug: str
    kind: str  # "right" or "wrong"
    file: Path

    @property
    def docstring(self) -> list[str]:
        tree = ast.parse(self.file.read_text())
        return (ast.get_docstring(tree) or "").splitlines()

    @property
    def caught(self) -> re.Match[str] | None:
        return _CAUGHT.fullmatch(self.docstring[1]) if len(self.docstring) > 1 else None

    def __str__(self) -> str:
        return f"{self.slug}/{self.kind}/{self.file.stem}"


ENTRIES = [
    Entry(exercise.slug, kind, file)
    for exercise in exercises().values()
    for kind in ("right", "wrong")
    for file in sorted((exercise.bank / kind).glob("*.py"))
]


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """The verdicts on all entries that were chosen, by file as a verdict shows it."""
    chosen = [item.callspec.params.get("entry") for item in _parametrised(request.session)]
    entries = [entry for entry in dict.fromkeys(chosen) if isinstance(entry, Entry)]
    jobs = [Job(entry.slug, entry.file) for entry in entries]
    real = request.config.getoption("--real")
    with Grader([job.slug for job in jobs], real=real) as grader:
        parallel = 3 * PARALLEL if real else PARALLEL  # waiting costs no processor
        return {verdict.file: verdict for verdict in grader.judge(jobs, parallel=parallel)}


def _parametrised(session: pytest.Session) -> list[pytest.Function]:
    functions = [item for item in session.items if isinstance(item, pytest.Function)]
    return [item for item in functions if hasattr(item, "callspec")]


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_gets_its_verdict(entry: Entry, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[entry.file.relative_to(ROOT).as_posix()]
    if entry.kind == "right":
        assert verdict.result is Result.PASSED, _unmet(verdict) or verdict.reason
        return
    assert verdict.result is Result.FAILED, verdict.reason or "nothing is unmet"
    assert entry.caught is not None
    first = verdict.first_unmet
    assert first is not None
    assert first.evidence is not None
    misconception = first.evidence.misconception
    assert (misconception.slug if misconception else None, first.id) == (
        entry.caught["misconception"],
        entry.caught["behaviour"],
    ), _unmet(verdict)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind == "wrong"], ids=str)
def test_says_what_is_wrong(entry: Entry) -> None:
    assert entry.docstring[0].endswith(".")
    assert entry.caught is not None, "the second line must be: MISCONCEPTION, caught by BEHAVIOUR"
    assert entry.caught["misconception"] in content()


@pytest.mark.parametrize("slug", exercises())
@pytest.mark.parametrize("kind", LEAST)
def test_has_entries_enough(slug: str, kind: str) -> None:
    entries = [entry for entry in ENTRIES if (entry.slug, entry.kind) == (slug, kind)]
    assert len(entries) >= LEAST[kind]


def test_holds_nothing_else() -> None:
    bank = ROOT / "tests" / "bank"
    files = set(bank.rglob("*.py"))
    assert files == {entry.file for entry in ENTRIES}


def _unmet(verdict: Verdict) -> str:
    """The essential behaviours that are unmet, one to a line, each with what was observed."""
    return "\n".join(
        f"{b.id}: {b.evidence.observed if b.evidence else ''}"
        for b in verdict.behaviours
        if b.level is Level.ESSENTIAL and b.outcome is Outcome.UNMET
    )
