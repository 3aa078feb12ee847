"""Wrong answers that nobody wrote: mutants of the references, judged like anybody's answer.

    grade verify --mutate [SLUG]...

A mutant is killed when an essential behaviour is unmet, or when the file is not gradable. One that
only leaves a good or expert behaviour unmet is weakened. One that meets everything survives: then
a behaviour is missing, or the mutant is as right as the reference. Which ones are, and why, stands
in the bank, in `tests/bank/SLUG/equivalents.toml`:

    [[equivalent]]
    mutants = ["plus-one: CHUNK_SIZE = 128 * 1024"]
    because = "Chunks may have any size of this order."

An entry that names no mutant, or one that does not survive, is an error.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from grader.catalogue import exercise
from grader.judge.sessions import Grader, Job
from grader.verdicts import Outcome, Result, Verdict
from grader.verify.deriving import Mutant, derive

SCHEMA = "streamdrill.mutants/1"


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    WEAKENED = "weakened"
    SURVIVED = "survived"
    UNDECIDED = "undecided"  # the judge broke down over it


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant with its verdict."""

    slug: str
    mutant: Mutant
    verdict: Verdict

    @property
    def fate(self) -> Fate:
        match self.verdict.result:
            case Result.KIT_ERROR:
                return Fate.UNDECIDED
            case Result.PASSED if self.unmet:
                return Fate.WEAKENED
            case Result.PASSED:
                return Fate.SURVIVED
        return Fate.KILLED

    @property
    def unmet(self) -> list[str]:
        return [b.id for b in self.verdict.behaviours if b.outcome is Outcome.UNMET]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of all mutants of one exercise's reference.

    `unexplained` are survivors that the list of equivalents does not name; `errors` is what is
    wrong with that list, one sentence each.
    """

    slug: str
    judged: tuple[Judged, ...]
    unexplained: tuple[Judged, ...]
    errors: tuple[str, ...]

    @property
    def undecided(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.fate is Fate.UNDECIDED)

    @property
    def holds(self) -> bool:
        return not (self.unexplained or self.errors or self.undecided)

    def count(self, fate: Fate) -> int:
        return Counter(each.fate for each in self.judged)[fate]


@cache
def mutants_of(slug: str) -> list[Mutant]:
    """All mutants of an exercise's reference."""
    return derive(exercise(slug).answer("solutions").read_text())


def equivalents(slug: str) -> dict[str, list[str]]:
    """The reasons that the bank gives, by the name of the mutant. One is enough."""
    file = exercise(slug).bank / "equivalents.toml"
    entries = tomllib.loads(file.read_text())["equivalent"] if file.exists() else []
    reasons: dict[str, list[str]] = {}
    for entry in entries:
        for name in entry["mutants"]:
            reasons.setdefault(name, []).append(entry["because"])
    return reasons


def mutate(
    slugs: Iterable[str], *, tell: Callable[[Judged], None] | None = None
) -> Iterator[Account]:
    """Judge all mutants of the references of `slugs`, and account for them exercise by exercise.

    `tell` is called with each one as it has been judged.
    """
    chosen = list(slugs)
    with Grader(chosen) as grader, tempfile.TemporaryDirectory() as folder:
        for slug in chosen:
            judged = []
            for each in _judge(grader, slug, Path(folder)):
                judged.append(each)
                if tell is not None:
                    tell(each)
            yield account(slug, judged, equivalents(slug))


def _judge(grader: Grader, slug: str, folder: Path) -> Iterator[Judged]:
    files = {}
    for number, mutant in enumerate(mutants_of(slug)):
        file = folder / f"{exercise(slug).module}_{number}.py"
        file.write_text(mutant.source)
        files[str(file)] = mutant
    for verdict in grader.judge(Job(slug, Path(file)) for file in files):
        yield Judged(slug, files[verdict.file], verdict)


def account(slug: str, judged: Iterable[Judged], reasons: dict[str, list[str]]) -> Account:
    """Hold the verdicts against the list of equivalents."""
    known = {each.mutant.name: each for each in judged}
    survivors = [each for each in known.values() if each.fate is Fate.SURVIVED]
    return Account(
        slug=slug,
        judged=tuple(known.values()),
        unexplained=tuple(each for each in survivors if each.mutant.name not in reasons),
        errors=tuple(
            f"{name}: {wrong}"
            for name, given in reasons.items()
            if (wrong := _wrong(known.get(name), given))
        ),
    )


def _wrong(judged: Judged | None, reasons: list[str]) -> str:
    if judged is None:
        return "there is no such mutant"
    if len(reasons) > 1:
        return "is listed twice"
    if not reasons[0].strip():
        return "has no reason"
    if judged.fate in (Fate.KILLED, Fate.WEAKENED):
        return f"does not survive ({', '.join(judged.unmet) or judged.verdict.reason})"
    return ""


def told(account: Account) -> Iterator[str]:
    """The lines that tell of an account: figures, what is not explained, what is wrong."""
    counts = ", ".join(f"{account.count(fate)} {fate}" for fate in Fate if account.count(fate))
    yield f"{account.slug}: {len(account.judged)} mutants, {counts}"
    for each in account.unexplained:
        yield f"  survives unexplained: {each.mutant.name}"
        yield from (f"      {line}" for line in each.mutant.change.splitlines())
    for each in account.undecided:
        yield f"  undecided: {each.mutant.name}: {each.verdict.reason}"
    for error in account.errors:
        yield f"  equivalents.toml: {error}"


def exit_code(accounts: Iterable[Account]) -> int:
    """0 if all hold, 1 if a survivor is unexplained or a list is wrong, 4 if a judge broke down."""
    accounts = list(accounts)
    if any(each.unexplained or each.errors for each in accounts):
        return 1
    return 0 if accounts and all(each.holds for each in accounts) else 4


def document(accounts: Iterable[Account]) -> dict[str, Any]:
    """What `grade verify --mutate --json` prints: docs/verify.md."""
    accounts = list(accounts)
    return {
        "schema": SCHEMA,
        "exit_code": exit_code(accounts),
        "exercises": [
            {
                "exercise": each.slug,
                "mutants": [_row(judged) for judged in each.judged],
                "unexplained": [judged.mutant.name for judged in each.unexplained],
                "errors": list(each.errors),
            }
            for each in accounts
        ],
    }


def _row(judged: Judged) -> dict[str, Any]:
    return {
        "name": judged.mutant.name,
        "fate": judged.fate,
        "unmet": judged.unmet,
        "change": judged.mutant.change,
    }
