"""What is shown while an interview goes on: without hints, so no misconception and no line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.text import Text

from grader.advice import Step as Advice
from grader.catalogue import exercise
from grader.markdown import inline, paragraphs
from grader.mock.content import Change
from grader.mock.desk import KEYS, WORDS
from grader.mock.interview import Attempt, Interview, time_of
from grader.mock.plan import Kind, Step
from grader.payload import comparison
from grader.places import shown_path
from grader.report import output, reason, steps, summary
from grader.task import task
from grader.terminal import Page
from grader.verdicts import Outcome, Result, Verdict
from grader.watch.changes import Changes, told
from grader.watch.view import View, help_lines

_INDENT = 13  # of what was observed and expected
_NAMES = {
    Kind.CODE: "code",
    Kind.QUESTIONS: "questions",
    Kind.CHANGE: "change",
}
_LOOKS = {
    Result.PASSED: ("met", "bold green"),
    Result.FAILED: ("unmet", "bold red"),
    Result.NOT_GRADABLE: ("not_gradable", "bold yellow"),
    Result.KIT_ERROR: ("kit_error", "bold magenta"),
}


@dataclass(slots=True)
class Screen:
    """Draws a screen at a time in a terminal; where `live` is not set, only writes lines."""

    page: Page
    live: bool
    _shown: list[Text] = field(default_factory=list)
    _whole: bool = False

    def show(self, interview: Interview, body: Iterable[Text], note: str = "") -> None:
        """Show `body` below how far the interview is."""
        self._shown, self._whole = list(body), False
        self.draw(interview, note)

    def draw(self, interview: Interview, note: str = "", *, whole: bool | None = None) -> None:
        """Show the same again, all of it if that is wanted."""
        self._whole = self._whole if whole is None else whole
        self._draw(interview, self._shown, note)

    def _draw(self, interview: Interview, body: Iterable[Text], note: str = "") -> None:
        if self.live:
            view = View(self.page, KEYS)
            view.draw(heading(interview), body, whole=self._whole, note=note)
            return
        self.page.print(self.page.heading(heading(interview)))
        self.page.print(iter(body))
        self.page.print(_noted(note, self.page))

    def help(self, interview: Interview) -> None:
        """Show what can be done, until something else is drawn."""
        words = (f"  {name.ljust(6)} {meaning}" for _, name, meaning in KEYS if name in WORDS)
        self._draw(interview, help_lines(KEYS) if self.live else map(Text, words))

    def tick(self, interview: Interview) -> None:
        """Show how much time is left, and touch nothing else."""
        if self.live and not self._whole:
            View(self.page, KEYS).retitle(heading(interview))

    def clear(self, interview: Interview, note: str) -> None:
        """Show how far the interview is, where no keys are of use: lines are asked for."""
        if self.live:
            self.page.console.clear()
        self.page.print(self.page.heading(heading(interview)))
        self.page.print(_noted(note, self.page))

    def say(self, lines: Iterable[Text]) -> None:
        """Write lines below what is shown."""
        self.page.print(iter(lines))


def _noted(note: str, page: Page) -> Iterator[Text]:
    if note:
        yield from page.wrap(Text(note, style="yellow"), indent=2)


def heading(interview: Interview) -> Text:
    """What is being done, and how much time is left, on one line."""
    step = interview.now
    assert step is not None
    part = f"part {interview.step + 1} of {len(interview.plan.steps)}: {_NAMES[step.kind]}"
    title = exercise(step.exercise).title
    return Text.assemble(
        (f"{time_of(interview.left)} left  ", "bold yellow"), (title, "bold"), (f"  {part}", "dim")
    )


def opening(interview: Interview, page: Page) -> Iterator[Text]:
    """What a new interview is like."""
    plan = interview.plan
    text = (
        f"A mock interview of {plan.minutes} minutes at the level {plan.level}, seed {plan.seed}. "
        "Hints are off, your own files are not touched, and half-way a requirement changes. "
        "You may leave at any time: the clock stands until you resume."
    )
    yield from page.wrap(Text(text), indent=2)
    yield Text()


def code(interview: Interview, step: Step, file: str, page: Page) -> Iterator[Text]:
    """Where something is to be written, in what time, and what."""
    budget = time_of(max(0.0, step.until - interview.elapsed))
    yield from steps("edit", [Advice(shown_path(file))], indent=8)
    yield from page.wrap(Text(f"{budget} at most for this part", style="dim"), indent=8)
    yield Text()
    if step.kind is Kind.CODE or interview.changed is None:
        yield from paragraphs(task(exercise(step.exercise)), page)
        return
    yield from change(interview.changed.change, page)
    tries = interview.tries(step.exercise)
    if tries and set(interview.changed.change.behaviours) <= tries[-1].met():
        done = "Your last attempt did all of this already: done (d) goes on."
        yield from page.wrap(Text(done), indent=2)


def change(changed: Change, page: Page) -> Iterator[Text]:
    """The requirement that has changed, as an interviewer would say it."""
    yield Text("Half-way, the requirement changes", style="bold")
    yield from page.wrap(Text(changed.words), indent=2)
    yield from page.wrap(
        Text("Everything that was asked for before still holds.", style="dim"), indent=2
    )


def judged(
    verdict: Verdict, interview: Interview, since: Changes | None, page: Page
) -> Iterator[Text]:
    """A verdict: what has changed, what is met, and the first thing that is not."""
    yield from told(since, page)
    yield _result(interview.attempts[-1], len(interview.tries(verdict.exercise)), page)
    yield from summary(verdict, page)
    changed = interview.changed
    if changed and changed.step == interview.step and verdict.behaviours:
        yield Text()
        yield from wanted(interview.attempts[-1], changed.change, page)
    first = verdict.first_unmet
    if first and first.evidence:
        yield Text()
        yield from page.wrap(
            Text(first.sentence, style="bold"),
            first=Text(page.glyph("unmet"), style="red"),
            indent=3,
        )
        evidence = first.evidence
        yield from comparison(evidence.observed, evidence.expected, page, indent=_INDENT)
    if verdict.reason:
        yield from reason(verdict, page)
    yield from output(verdict, page)
    if verdict.result is Result.PASSED:
        yield Text()
        yield from page.wrap(Text("done (d) goes on with the next part.", style="dim"), indent=2)


def _result(made: Attempt, number: int, page: Page) -> Text:
    name, style = _LOOKS[made.result]
    word = made.result.value.replace("_", " ").upper()
    after = f"  attempt {number}, after {time_of(made.at)}"
    return Text.assemble((f"{page.glyph(name)} {word}", style), (after, "dim"))


def wanted(attempt: Attempt, changed: Change, page: Page) -> Iterator[Text]:
    """What the changed requirement asks for, and how much of it is there."""
    yield Text("The changed requirement", style="bold")
    for seen in attempt.behaviours:
        if seen.id in changed.behaviours:
            met = seen.outcome is Outcome.MET
            mark = Text(
                f"  {page.glyph('met' if met else 'unmet')}", style="green" if met else "red"
            )
            yield from page.wrap(Text(seen.sentence), first=mark, indent=5)


def opener(text: str, page: Page) -> Iterator[Text]:
    """What the interviewer says before a question."""
    yield Text()
    yield from page.wrap(inline(text, style="italic"), indent=2)
    yield Text()
