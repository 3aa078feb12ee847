"""An interview as far as it has come: what is kept after every step, and what the report tells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from grader.cards import Card, cards
from grader.mock.content import Change
from grader.mock.plan import Plan, Step
from grader.terminal import visible
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict

_MOST = 400  # characters of what was observed: it is said to the learner, and not examined


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of one behaviour in an attempt."""

    id: str
    sentence: str
    level: Level
    outcome: Outcome
    observed: str = ""  # of an unmet one
    misconception: str = ""  # its slug, where the evidence points to one
    idea: str = ""  # and its sentence
    card: str = ""  # that the diagnosis names


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One judgement. `at` is in seconds of the interview; `digest` is the file's SHA-256."""

    at: float
    step: int
    exercise: str
    digest: str
    result: Result
    behaviours: tuple[Seen, ...] = ()
    reason: str = ""  # why it could not be judged

    def count(self, level: Level, outcome: Outcome | None = None) -> int:
        """How many behaviours of `level` there are, or how many of those came to `outcome`."""
        return sum(
            b.level is level and (outcome is None or b.outcome is outcome) for b in self.behaviours
        )

    def not_met(self) -> tuple[Seen, ...]:
        """What is unmet, the essential ones first; what was not reached is left out."""
        unmet = [b for b in self.behaviours if b.outcome is Outcome.UNMET]
        return tuple(sorted(unmet, key=lambda b: list(Level).index(b.level)))

    def met(self) -> frozenset[str]:
        return frozenset(b.id for b in self.behaviours if b.outcome is Outcome.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A card that is to be asked, and what it is asked because of."""

    step: int
    card: str
    opener: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the learner said to a card. Its texts are kept, because a deck changes."""

    at: float
    step: int
    card: str
    question: str
    opener: str
    mentioned: tuple[str, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The requirement that has changed, in the step of that number."""

    at: float
    step: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """All of it. `ends` are the seconds at which steps were over; `ended` says why it all is."""

    plan: Plan
    began: datetime
    folder: str  # the name of its folder
    elapsed: float = 0.0  # seconds, without interruptions
    ends: tuple[float, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    changed: Changed | None = None
    ended: str = ""

    @property
    def step(self) -> int:
        """The number of the step that is under way, from 0."""
        return len(self.ends)

    @property
    def now(self) -> Step | None:
        """The step that is under way, if one is."""
        return self.plan.steps[self.step] if self.step < len(self.plan.steps) else None

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.plan.seconds - self.elapsed)

    def tries(self, slug: str) -> tuple[Attempt, ...]:
        """The attempts at one exercise, a fault of the kit left out."""
        return tuple(
            a for a in self.attempts if a.exercise == slug and a.result is not Result.KIT_ERROR
        )

    def to_ask(self) -> tuple[Question, ...]:
        """The questions of the step that is under way which have not been answered."""
        answered = {answer.card for answer in self.answers}
        return tuple(
            q
            for q in self.questions
            if q.step == self.step and q.card not in answered and q.card in cards()
        )


def attempt(verdict: Verdict, *, at: float, step: int, digest: str) -> Attempt:
    """What is kept of a verdict."""
    return Attempt(
        at=at,
        step=step,
        exercise=verdict.exercise,
        digest=digest,
        result=verdict.result,
        behaviours=tuple(map(_seen, verdict.behaviours)),
        reason=verdict.reason or "",
    )


def answer(card: Card, ticked: Collection[int], asked: Question, *, at: float) -> Answer:
    """What is kept of an answer in which the points `ticked`, from 1, were mentioned."""
    points = list(enumerate(card.points, 1))
    return Answer(
        at=at,
        step=asked.step,
        card=card.slug,
        question=card.question,
        opener=asked.opener,
        mentioned=tuple(point for number, point in points if number in ticked),
        missed=tuple(point for number, point in points if number not in ticked),
    )


def _seen(behaviour: Behaviour) -> Seen:
    evidence = behaviour.evidence
    idea = evidence.misconception if evidence else None
    observed = visible(" ".join(evidence.observed.split())) if evidence else ""
    return Seen(
        id=behaviour.id,
        sentence=behaviour.sentence,
        level=behaviour.level,
        outcome=behaviour.outcome,
        observed=observed if len(observed) <= _MOST else f"{observed[:_MOST]} ...",
        misconception=idea.slug if idea else "",
        idea=idea.sentence if idea else "",
        card=evidence.card if evidence else "",
    )


def time_of(seconds: float) -> str:
    """Minutes and seconds, as a clock shows them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
