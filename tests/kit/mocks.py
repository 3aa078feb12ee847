"""Mock interviews without a judge and without a clock: a test says what is judged, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console

from grader.catalogue import exercise
from grader.deck.asking import Stopped
from grader.deck.reviews import Reviews
from grader.judge.behaviour import suite
from grader.judge.sessions import Job
from grader.mock.conduct import begin
from grader.mock.course import Course
from grader.mock.desk import Command, Desk
from grader.mock.interview import Interview
from grader.mock.plan import Kind, Plan, Step
from grader.mock.screen import Screen
from grader.mock.store import Store
from grader.terminal import Page
from grader.verdicts import Behaviour, Evidence, Level, Misconception, Outcome, Result, Verdict

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORDS = {
    "runs-ahead": "40 updates were read while the client took none",
    "": "no X-Accel-Buffering header",
}


def planned(slug: str = "live-logs", *, minutes: int = 45, level: str = "senior") -> Plan:
    """An interview about one exercise."""
    ends = ((Kind.CODE, 0.5), (Kind.QUESTIONS, 0.6), (Kind.CHANGE, 0.9), (Kind.QUESTIONS, 1.0))
    steps = tuple(Step(kind=k, exercise=slug, until=by * minutes * 60) for k, by in ends)
    return Plan(seed=7, level=level, minutes=minutes, steps=steps)


def verdict(job: Job, unmet: dict[str, str]) -> Verdict:
    """A verdict on every behaviour of the suite; those `unmet` have this misconception, or none."""
    rules = suite(exercise(job.slug).suite)
    assert set(unmet) <= {rule.id for rule in rules}
    behaviours = tuple(
        Behaviour(
            id=rule.id,
            sentence=rule.sentence,
            level=rule.level,
            outcome=Outcome.UNMET if rule.id in unmet else Outcome.MET,
            evidence=evidence(unmet[rule.id]) if rule.id in unmet else None,
        )
        for rule in rules
    )
    failed = any(b.level is Level.ESSENTIAL and b.outcome is Outcome.UNMET for b in behaviours)
    return Verdict(
        exercise=job.slug,
        file=str(job.file),
        result=Result.FAILED if failed else Result.PASSED,
        mode="virtual",
        behaviours=behaviours,
    )


def evidence(idea: str) -> Evidence:
    known = Misconception(slug=idea, sentence=f"It {idea}.", why="Because.") if idea else None
    observed = WORDS.get(idea, f"it {idea}")
    return Evidence(observed=observed, expected="something else", misconception=known)


@dataclass(slots=True)
class Time:
    """A clock that only a test moves."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, *, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


Happening = Command | Callable[[], Command | None]


@dataclass(slots=True)
class Learner:
    """Does what the test says at a desk, then is done; types lines, then only Enter."""

    happening: list[Happening] = field(default_factory=list)
    lines: list[str | Callable[[], str]] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    note: str = ""
    leaving: bool = False

    def next(self, prompt: str) -> Command | None:
        self.prompts.append(prompt)
        if not self.happening:
            return Command.DONE
        happened = self.happening.pop(0)
        return happened() if callable(happened) else happened

    def line(self, prompt: str) -> str:
        self.prompts.append(prompt)
        typed = self.lines.pop(0) if self.lines else ""
        typed = typed() if callable(typed) else typed
        if typed == "q":
            raise Stopped
        return typed

    @contextmanager
    def room(self, file: Path) -> Iterator[Desk]:
        yield self


class Room:
    """An interview in a folder of its own, and everybody who takes part."""

    def __init__(self, folder: Path, plan: Plan | None = None) -> None:
        self.warnings: list[str] = []
        self.store = Store(folder / "mock", warn=self.warnings.append)
        self.reviews = Reviews(folder, warn=self.warnings.append)
        self.clock = Time()
        self.learner = Learner()
        self.verdicts: list[dict[str, str] | Verdict] = [{}]  # the last one again and again
        self.judged: list[Job] = []
        self.written = StringIO()
        self.page = Page(Console(file=self.written, width=90, height=60, color_system=None))
        self.interview = begin(plan or planned(), self.store, clock=self.clock)

    def judge(self, job: Job, meanwhile: Callable[[], None]) -> Verdict:
        self.judged.append(job)
        meanwhile()
        found = self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]
        if isinstance(found, Verdict):
            return replace(found, exercise=job.slug, file=str(job.file))
        return verdict(job, found)

    def course(self) -> Course:
        """The course of what is open, in the state in which it has been kept."""
        kept = self.store.open()
        assert kept is not None
        return Course(
            store=self.store,
            screen=Screen(self.page, live=False),
            judge=self.judge,
            room=self.learner.room,
            line=self.learner.line,
            clock=self.clock,
            remember=self.reviews.add,
            interview=kept,
        )

    def run(
        self, *happening: Happening, lines: Sequence[str | Callable[[], str]] = ()
    ) -> Interview:
        """Lead through to the end."""
        self.learner.happening = list(happening)
        self.learner.lines = list(lines)
        return self.course().run()

    def save(self, text: str = "def endpoint(): ...\n") -> Happening:
        """The learner writes the file of the step that is under way."""

        def saved() -> Command:
            kept = self.store.open()
            assert kept is not None
            assert kept.now is not None
            self.store.answer(kept, kept.now.exercise).write_text(text)
            return Command.SAVED

        return saved

    def wait(self, minutes: float) -> Happening:
        """Nothing happens for so long."""

        def waited() -> None:
            self.clock.go_on(minutes=minutes)

        return waited

    @property
    def shown(self) -> str:
        return self.written.getvalue()
