"""What a judgement says: the one set of facts behind the terminal, `--json` and every other report.

The JSON form is versioned by `SCHEMA` and documented in docs/verdicts.md. `to_json` writes it;
`verdict_from_json` reads one verdict back (the judge sends it across a process boundary).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = "streamdrill.verdicts/1"


class Level(StrEnum):
    """How much a behaviour weighs. Only `ESSENTIAL` decides between passed and failed."""

    ESSENTIAL = "essential"
    GOOD = "good"
    EXPERT = "expert"


class Outcome(StrEnum):
    """What became of one behaviour."""

    MET = "met"
    UNMET = "unmet"
    NOT_REACHED = "not_reached"  # a behaviour that it needs is unmet: see `blocked_by`
    NOT_JUDGED = "not_judged"  # this mode cannot see it (`--real` has no virtual clock)
    KIT_ERROR = "kit_error"


class Result(StrEnum):
    """The verdict on one file."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_GRADABLE = "not_gradable"
    KIT_ERROR = "kit_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the learner's file: `number` counts from 1, `text` is its source, stripped."""

    file: str
    number: int
    text: str
    function: str
    why: str  # what happened there, as a clause: "the event loop was blocked here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of the timeline.

    `at` is in virtual seconds since the request (real seconds with `--real`). `lane` is "source"
    (items asked for, handed over, closed), "wire" (what the client received) or "client" (what
    the client, or the clock, did). `kind` is one word for a symbol: see `timeline.SYMBOLS`.
    """

    at: float
    lane: str
    kind: str
    text: str
    count: int = 1  # consecutive alike moments are folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A named wrong idea that the evidence points to."""

    slug: str
    sentence: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was observed of an unmet behaviour, and what the learner can do with it."""

    observed: str
    expected: str
    timeline: tuple[Moment, ...] = ()
    misconception: Misconception | None = None
    line: Line | None = None
    reproduce: str = ""
    hint: int = 1  # the level of `grade hint` that fits
    card: str = ""  # the slug of the interview card that fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One observable rule and what became of it."""

    id: str
    sentence: str
    level: Level
    outcome: Outcome
    blocked_by: str | None = None  # the id of the unmet behaviour that this one needs
    reason: str | None = None  # for NOT_JUDGED and KIT_ERROR
    evidence: Evidence | None = None  # for UNMET
    trace: str = ""  # for MET, on virtual time: a digest of what happened, and when
    timeline: tuple[Moment, ...] = ()  # for MET, where it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on one file as one exercise."""

    exercise: str
    file: str
    result: Result
    mode: str  # "virtual" or "real"
    behaviours: tuple[Behaviour, ...] = ()
    reason: str | None = None  # for NOT_GRADABLE and KIT_ERROR: one or more sentences
    line: Line | None = None  # for NOT_GRADABLE, where there is one
    output: str = ""  # what the learner's code printed, control characters escaped
    output_truncated: bool = False
    seconds: float = 0.0  # real time that the judgement took

    def count(self, level: Level, outcome: Outcome | None = None) -> int:
        """How many behaviours of `level` there are, or how many of those came to `outcome`."""
        return sum(
            b.level is level and (outcome is None or b.outcome is outcome) for b in self.behaviours
        )

    @property
    def first_unmet(self) -> Behaviour | None:
        """The unmet behaviour to look at first: the first essential one, else the first."""
        unmet = [b for b in self.behaviours if b.outcome is Outcome.UNMET]
        essential = [b for b in unmet if b.level is Level.ESSENTIAL]
        return next(iter(essential or unmet), None)


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts of one run."""

    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 failed, 4 kit error, 3 not gradable; the worst in that order.

        A run that judged nothing is never a pass.
        """
        results = {v.result for v in self.verdicts}
        for result, code in (
            (Result.FAILED, 1),
            (Result.KIT_ERROR, 4),
            (Result.NOT_GRADABLE, 3),
        ):
            if result in results:
                return code
        return 0 if results else 4

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints."""
        return {
            "schema": SCHEMA,
            "exit_code": self.exit_code,
            "verdicts": [asdict(v) for v in self.verdicts],
        }


def verdict_from_json(document: dict[str, Any]) -> Verdict:
    """Read one verdict from what `dataclasses.asdict` made of it."""
    behaviours = tuple(_behaviour(b) for b in document["behaviours"])
    line = document["line"]
    return Verdict(
        **{
            **document,
            "result": Result(document["result"]),
            "behaviours": behaviours,
            "line": Line(**line) if line else None,
        }
    )


def _behaviour(document: dict[str, Any]) -> Behaviour:
    evidence = document["evidence"]
    return Behaviour(
        **{
            **document,
            "level": Level(document["level"]),
            "outcome": Outcome(document["outcome"]),
            "evidence": _evidence(evidence) if evidence else None,
            "timeline": tuple(Moment(**moment) for moment in document["timeline"]),
        }
    )


def _evidence(document: dict[str, Any]) -> Evidence:
    misconception, line = document["misconception"], document["line"]
    return Evidence(
        **{
            **document,
            "timeline": tuple(Moment(**m) for m in document["timeline"]),
            "misconception": Misconception(**misconception) if misconception else None,
            "line": Line(**line) if line else None,
        }
    )
