"""The course of an interview: code, questions, a requirement that changes, questions, the end.

What has happened is kept after every step, so that an interview can be gone on with wherever it
was interrupted. Its clock stands meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from grader.cards import card
from grader.deck.asking import Answered, Line, Stopped, ask
from grader.deck.reviews import NotKept, Review
from grader.judge.sessions import Job
from grader.mock import screen
from grader.mock.content import least_done
from grader.mock.desk import Command, Desk, Room
from grader.mock.interview import Changed, Interview, Question, answer, attempt, time_of
from grader.mock.plan import Kind, Step
from grader.mock.questions import questions
from grader.mock.screen import Screen
from grader.mock.store import Store
from grader.progress import digest
from grader.verdicts import Verdict
from grader.watch.changes import changes

Clock = Callable[[], datetime]
Judge = Callable[[Job, Callable[[], None]], Verdict]  # what is called meanwhile may raise `Left`
Remember = Callable[[Review], None]  # an answer is a review of its card; may raise `NotKept`
_OFTEN = 10.0  # seconds after which the clock of the interview is kept, whatever happens

FINISHED, TIME_UP, ENDED = "finished", "time is up", "ended by you"


class Left(Exception):
    """The learner leaves, and may come back."""


class _Over(Exception):
    """The interview is over; the argument says why."""


@dataclass(slots=True)
class Course:
    """Leads through one interview, from where it is to its end."""

    store: Store
    screen: Screen
    judge: Judge
    room: Room
    line: Line
    clock: Clock
    remember: Remember
    interview: Interview
    _since: datetime = field(init=False)
    _before: float = field(init=False)  # seconds of the interview at `_since`
    _kept: float = 0.0  # seconds of the interview when it was kept last
    _verdict: Verdict | None = None
    _note: str = ""

    def run(self) -> Interview:
        """Lead to the end, and give the whole interview. Raises `Left`; then it can be resumed."""
        if self.interview.ended:  # its reports could not be written
            return self.interview
        self._since, self._before = self.clock(), self.interview.elapsed
        try:
            while self.interview.now is not None:
                self._part(self.interview.now)
            raise _Over(FINISHED)
        except _Over as over:
            self._tick()
            return self._keep(replace(self.interview, ended=str(over)))
        except BaseException:
            self._tick()
            self._keep(self.interview)
            raise

    def _part(self, step: Step) -> None:
        if step.kind is Kind.QUESTIONS:
            self._talk(step)
        else:
            self._code(step)
        self._verdict = None
        self._tick()
        self._keep(replace(self.interview, ends=(*self.interview.ends, self.interview.elapsed)))

    # -- time and state --------------------------------------------------------------------------

    def _tick(self) -> None:
        """Let the clock of the interview go on."""
        seconds = self._before + (self.clock() - self._since).total_seconds()
        elapsed = max(self.interview.elapsed, seconds)  # a clock may be put back
        self.interview = replace(self.interview, elapsed=elapsed)
        if elapsed - self._kept >= _OFTEN:
            self._keep(self.interview)

    def _keep(self, interview: Interview) -> Interview:
        self.interview, self._kept = interview, interview.elapsed
        try:
            self.store.keep(interview)
        except OSError as error:
            self._note = f"the interview could not be kept: {error}"
        return interview

    def _over(self, step: Step) -> bool:
        """Whether the time of this part is over, or that of the interview."""
        self._tick()
        return self.interview.elapsed >= min(step.until, self.interview.plan.seconds)

    # -- code ------------------------------------------------------------------------------------

    def _code(self, step: Step) -> None:
        if step.kind is Kind.CHANGE and self.interview.changed is None:
            self._change(step)
        self.store.lay_out(self.interview)
        file = self.store.answer(self.interview, step.exercise)
        with self.room(file) as desk:
            self._show_task(step, file)
            while not self._over(step):
                prompt = f"[{time_of(self.interview.left)} left]"
                if self._react(desk.next(prompt), desk, step, file):
                    self._judge_what_is_new(desk, step, file)
                    return
            self._judge_what_is_new(desk, step, file)
        if self.interview.left <= 0:
            raise _Over(TIME_UP)
        self._note = "the time for that part was over"

    def _react(self, command: Command | None, desk: Desk, step: Step, file: Path) -> bool:
        """Do what the learner wants; True when this part is done."""
        self._tick()
        match command:
            case None:
                self.screen.tick(self.interview)
            case Command.JUDGE:
                self._judge(desk, step, file)
            case Command.SAVED:
                self._judge_what_is_new(desk, step, file)
            case Command.TASK:
                self._show_task(step, file)
            case Command.HELP:
                self.screen.help(self.interview)
            case Command.MORE:
                self.screen.draw(self.interview, desk.note, whole=True)
            case Command.REDRAW:
                self.screen.draw(self.interview, desk.note)
            case Command.END:
                self._judge_what_is_new(desk, step, file)
                raise _Over(ENDED)
            case Command.LEAVE:
                raise Left
        return command is Command.DONE

    def _show_task(self, step: Step, file: Path) -> None:
        page = self.screen.page
        lines = list(screen.code(self.interview, step, str(file), page))
        if self.interview.step == 0 and not self.interview.attempts:
            lines[:0] = screen.opening(self.interview, page)
        self.screen.show(self.interview, lines, self._note)
        self._note = ""

    def _change(self, step: Step) -> None:
        """Choose the requirement of which the last attempt does least."""
        tries = self.interview.tries(step.exercise)
        met = tries[-1].met() if tries else frozenset()
        dice = self.interview.plan.dice("change")
        chosen = least_done(step.exercise, met, dice)
        changed = Changed(at=self.interview.elapsed, step=self.interview.step, change=chosen)
        self._keep(replace(self.interview, changed=changed))

    # -- judging ---------------------------------------------------------------------------------

    def _judge_what_is_new(self, desk: Desk, step: Step, file: Path) -> None:
        """Judge the file unless this step has judged the same before."""
        before = [a.digest for a in self.interview.attempts if a.step == self.interview.step]
        if file.exists() and digest(file) not in before[-1:]:
            self._judge(desk, step, file)

    def _judge(self, desk: Desk, step: Step, file: Path) -> None:
        if not file.exists():
            self.store.lay_out(self.interview)
            self._note = f"{file.name} was gone; its stub is there again"
        content = digest(file)
        at = self.interview.elapsed

        def look_up() -> None:
            if desk.leaving:
                raise Left

        verdict = self.judge(Job(step.exercise, file), look_up)
        self._tick()
        made = attempt(verdict, at=at, step=self.interview.step, digest=content)
        self._keep(replace(self.interview, attempts=(*self.interview.attempts, made)))
        since, self._verdict = changes(self._verdict, verdict), verdict
        body = screen.judged(verdict, self.interview, since, self.screen.page)
        self.screen.show(self.interview, body, self._note)
        self._note = ""

    # -- questions -------------------------------------------------------------------------------

    def _talk(self, step: Step) -> None:
        if not any(q.step == self.interview.step for q in self.interview.questions):
            chosen = questions(self.interview)
            self._keep(replace(self.interview, questions=(*self.interview.questions, *chosen)))
        self.screen.clear(self.interview, self._note)
        self._note = ""
        for question in self.interview.to_ask():
            if self._over(step):
                self._note = "the time for these questions was over"
                break
            self._ask(question)
        if self.interview.left <= 0:
            raise _Over(TIME_UP)

    def _ask(self, question: Question) -> None:
        page = self.screen.page
        asked = card(question.card)
        number = 1 + sum(a.step == question.step for a in self.interview.answers)
        total = sum(q.step == question.step for q in self.interview.questions)
        self.screen.say(screen.opener(question.opener, page))
        try:
            answered = ask(asked, page, line=self._line, lead=f"{number} of {total}")
        except Stopped:
            raise Left from None
        self._tick()
        self._review(answered)
        given = answer(asked, answered.mentioned, question, at=self.interview.elapsed)
        self._keep(replace(self.interview, answers=(*self.interview.answers, given)))

    def _review(self, answered: Answered) -> None:
        review = Review(
            card=answered.card,
            at=self.clock(),
            rating=answered.rating.value,
            mentioned=answered.mentioned,
            points=answered.points,
        )
        try:
            self.remember(review)
        except NotKept as error:
            self._note = str(error)

    def _line(self, prompt: str) -> str:
        self._tick()
        return self.line(f"[{time_of(self.interview.left)} left] {prompt}")
