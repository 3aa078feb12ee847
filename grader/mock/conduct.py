"""Begin an interview or go on with one, lead through it, and write its reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from grader.deck.asking import line_on
from grader.judge.sessions import Grader, Job
from grader.mock.course import Clock, Course, Judge, Left, Remember
from grader.mock.desk import at_a_terminal, by_lines
from grader.mock.html import html
from grader.mock.interview import Interview
from grader.mock.plan import Plan
from grader.mock.report import markdown
from grader.mock.screen import Screen
from grader.mock.store import Store, document
from grader.terminal import Page
from grader.verdicts import Result, Verdict

FORMS: Mapping[str, Callable[[Interview], str]] = {
    ".html": html,
    ".md": markdown,
    ".json": lambda interview: json.dumps(document(interview), indent=2) + "\n",
}


def begin(plan: Plan, store: Store, *, clock: Clock) -> Interview:
    """Lay out a new interview, which is open then. Raises `grader.stub.NoStub`."""
    began = clock()
    name = f"{began:%Y-%m-%d-%H%M%S}-{plan.level}"
    number = 1
    while store.taken(folder := name if number == 1 else f"{name}-{number}"):
        number += 1
    interview = Interview(plan=plan, began=began, folder=folder)
    store.lay_out(interview)
    store.keep(interview)
    return interview


def conduct(
    interview: Interview, store: Store, *, page: Page, clock: Clock, remember: Remember
) -> Interview:
    """Lead through what is left of `interview`, and keep its reports. Raises `Left`."""
    live = sys.stdin.isatty() and page.console.is_terminal
    line, screen = line_on(page), Screen(page, live=live)
    if live:
        screen.clear(interview, "the judge is starting ...")
    with judging(interview) as judge:
        course = Course(
            store=store,
            screen=screen,
            judge=judge,
            room=at_a_terminal if live else by_lines(line),
            line=line,
            clock=clock,
            remember=remember,
            interview=interview,
        )
        ended = course.run()
    store.finish(ended, {f"report{suffix}": form(ended) for suffix, form in FORMS.items()})
    return ended


@contextmanager
def judging(interview: Interview) -> Iterator[Judge]:
    """What judges an answer; it says of itself when it breaks down. Raises `Distrust`."""
    with Grader(interview.plan.exercises) as grader:

        def judge(job: Job, meanwhile: Callable[[], None]) -> Verdict:
            try:
                (verdict,) = grader.judge([job], meanwhile=meanwhile)
            except Left:
                raise
            except Exception as error:
                return _broken(job, f"the judge broke down: {type(error).__name__}: {error}")
            return verdict

        yield judge


def _broken(job: Job, reason: str) -> Verdict:
    return Verdict(
        exercise=job.slug,
        file=str(job.file),
        result=Result.KIT_ERROR,
        mode="virtual",
        reason=reason,
    )
