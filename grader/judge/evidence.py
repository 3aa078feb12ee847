"""What a judge saw: the log of one stage, and the exceptions that carry it into a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from grader.control import ProtocolViolation
from grader.verdicts import Moment

MOST_MOMENTS = 400  # of a timeline; an endpoint that goes round in circles makes any number
MOST_TEXT = 8_000  # characters of what was observed, which may quote the learner's own bytes


class Distrust(Exception):
    """The stage does not see what it ought to see, so nothing may be judged with it."""


class Finding(Exception):
    """Ends a behaviour with something to report, rather than with a fault of the kit."""


class NotGradable(Finding):
    """The file cannot be judged. `line` is where, as a JSON object of the stage, if known."""

    def __init__(self, reason: str, line: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class NotJudged(Finding):
    """This mode cannot see the behaviour."""


class Unmet(Finding):
    """The behaviour was not seen. `sign` says how, in one word for `diagnosis`."""

    def __init__(self, *, observed: str, expected: str, sign: str = "") -> None:
        super().__init__(f"observed: {observed}\nexpected: {expected}")
        self.observed = observed
        self.expected = expected
        self.sign = sign
        self.stage: object = None  # the one on which it was looked for, once that is known


class Stopped(Unmet):
    """The stage has ended, or had to be ended, before the behaviour could be seen."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong in the learner's code, and on which line, if that is known."""

    kind: str  # "blocked", "slept", "raised", "hung", "livelock"
    text: str  # what happened there, as a clause
    line: dict[str, Any] | None


@dataclass(slots=True)
class Log:
    """Everything that happened on one stage, in order."""

    moments: list[Moment] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    # Kinds of moments whose number is no matter of the answer's: see `trace`.
    uncounted: set[str] = field(default_factory=lambda: {"chunk", "called"})

    def add(self, at: float, lane: str, kind: str, text: str) -> None:
        self.moments.append(Moment(at=at, lane=lane, kind=kind, text=text))

    def first(self, *kinds: str) -> Trouble | None:
        """The first trouble of one of these kinds."""
        return next((t for t in self.troubles if t.kind in kinds), None)

    def timeline(self) -> tuple[Moment, ...]:
        """The moments, with runs of alike ones folded into the first and the last.

        Of a timeline that is still too long only the beginning and the end are kept.
        """
        folded: list[Moment] = []
        for moment in self.moments:
            last = folded[-1] if folded else None
            if last and (last.lane, last.kind, last.at) == (moment.lane, moment.kind, moment.at):
                folded[-1] = _fold(last, moment)
            else:
                folded.append(moment)
        left_out = len(folded) - MOST_MOMENTS
        if left_out > 0:
            half = MOST_MOMENTS // 2
            text = f"{left_out:,} more moments"
            gap = Moment(at=folded[half].at, lane="client", kind="omitted", text=text)
            folded = [*folded[:half], gap, *folded[-half:]]
        return tuple(folded)


def trace(logs: Iterable[Log]) -> str:
    """A digest of what happened, when, and in which lane; fresh data leave no mark in it.

    Threads and the loop race within one moment, so that the order within it tells nothing; into
    how many chunks bytes fall, and how often a client's callback is told of some, is a matter of
    how many bytes there are and of the kernel's buffers. So is how many rows a thread has read
    ahead of a client that does not.
    """
    seen = sha256()
    for log in logs:
        counted = Counter((m.at, m.lane, m.kind) for m in log.moments)
        alike = [
            (*what, what[-1] in log.uncounted or count) for what, count in sorted(counted.items())
        ]
        seen.update(repr(alike).encode())
    return seen.hexdigest()[:16]


def _fold(run: Moment, moment: Moment) -> Moment:
    first = run.text.partition(" … ")[0]
    return Moment(
        at=run.at,
        lane=run.lane,
        kind=run.kind,
        text=first if first == moment.text else f"{first} … {moment.text}",
        count=run.count + 1,
    )


def line_of(value: Any) -> dict[str, Any] | None:
    """A line as the stage sends it (see `grader.stage.where`). Raises `ProtocolViolation`."""
    match value:
        case None:
            return None
        case {"number": int(), "text": str(), "function": str()}:
            return dict(value)
    raise ProtocolViolation(f"not a line: {value!r:.80}")


def clipped(text: str) -> str:
    """The text, or its beginning and how much more there is."""
    more = len(text) - MOST_TEXT
    return text if more <= 0 else f"{text[:MOST_TEXT]} … and {more:,} more characters"
