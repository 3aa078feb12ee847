"""The course of `grade watch`: a save gets a verdict, and a key does what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text

from grader.board import board, standing, unsolved
from grader.catalogue import Exercise, exercise, exercises
from grader.judge.sessions import Grader, Job
from grader.lessons import hints
from grader.markdown import paragraphs
from grader.places import shown_path
from grader.progress import Progress, State, digest, is_stub
from grader.report import focus
from grader.stub import NoStub, restore
from grader.task import task
from grader.terminal import Page
from grader.trace.exercise import NothingToDraw, chosen, drawn
from grader.verdicts import Result, Verdict
from grader.watch.changes import Changes, changes, told
from grader.watch.inputs import Ended, Inputs, Key, Polling, Resized, Saved
from grader.watch.view import View, about, help_lines


class Quit(Exception):
    """The learner wants to leave, perhaps while something is being judged."""


@dataclass(slots=True)
class Session:
    """One evening with the kit. It stays on an exercise until a key says otherwise."""

    grader: Grader
    inputs: Inputs
    records: Progress
    page: Page
    exercise: Exercise
    verdict: Verdict | None = None
    changed: Changes | None = None
    note: str = ""
    whole: bool = False
    _content: str = ""  # the digest of what was judged last
    _shown: list[Text] = field(default_factory=list)

    def run(self) -> None:
        """Judge and show until the learner leaves."""
        try:
            self._judge()
            while True:
                self._react(self.inputs.next())
        except Quit:
            return

    # -- reactions -------------------------------------------------------------------------------

    def _react(self, happened: object) -> None:
        match happened:
            case Saved(files):
                if self._file in files:
                    self._judge_the_save()
            case Key(char):
                self._press(char)
            case Resized():
                self._draw()
            case Polling(reason):
                self.note = f"changes are looked for a few times a second: {reason}"
                self._draw()
            case Ended():
                raise Quit

    def _press(self, char: str) -> None:
        match char:
            case "?":
                self._show(help_lines())
            case "l":
                self._show(board(self.records.read(), self.page))
            case "h":
                level = self.records.next_hint(self.exercise.slug, most=len(self.exercise.hints))
                found = self.records.read().get(self.exercise.slug)
                self._show(hints(self.exercise, level, self.page, found=found))
            case "m":
                self.whole = not self.whole
                self._draw()
            case "n":
                self._go_on()
            case "a":
                self._judge_all()
            case "r":
                self._reset()
            case "t":
                self._trace()
            case _:
                self._show_verdict()

    def _go_on(self) -> None:
        following = unsolved(standing(self.records.read()), after=self.exercise.slug)
        if following is None:
            self.note = "every other exercise is passed"
            self._draw()
            return
        self.exercise, self.verdict, self.changed = exercise(following), None, None
        self._judge()

    def _reset(self) -> None:
        try:
            kept = restore(self.exercise)
        except NoStub as error:
            self.note = str(error)
        else:
            place = f"; your file is {shown_path(str(kept))}" if kept else ""
            self.note = f"the stub is back{place}"
        self._judge()

    def _trace(self) -> None:
        for verdict in self._verdicts([Job(self.exercise.slug, self._file, timelines=True)]):
            try:
                self._show(drawn(verdict, chosen(verdict, None), self.page))
            except NothingToDraw as error:
                self.note = str(error)
                self._draw()

    # -- judging ---------------------------------------------------------------------------------

    @property
    def _file(self) -> Path:
        return self.exercise.answer("exercises")

    def _judge(self) -> None:
        try:
            content = digest(self._file)
        except FileNotFoundError:
            self._content = ""
            gone = f"{shown_path(str(self._file))} is gone; r puts the stub back"
            self._show([Text(gone, style="yellow")])
            return
        before, self._content = self.verdict, content
        for verdict in self._verdicts([Job(self.exercise.slug, self._file)]):
            self._take(verdict, content)
            self.changed = changes(before, verdict)
        self._show_verdict()

    def _judge_the_save(self) -> None:
        """Judge it unless an editor has written the same twice, as many do."""
        with suppress(FileNotFoundError):
            if digest(self._file) == self._content:
                self.note = "saved; nothing has changed"
                self._draw()
                return
        self.note = ""
        self._judge()

    def _judge_all(self) -> None:
        states = standing(self.records.read())
        skip = (State.NOT_STARTED, State.MISSING)
        begun = [slug for slug, found in states.items() if found not in skip]
        if not begun:
            self.note = "nothing has been begun yet"
            self._draw()
            return
        self.note = f"judging {len(begun)} exercises ..."
        self._draw()
        for verdict in self._verdicts([Job(s, exercise(s).answer("exercises")) for s in begun]):
            self._take(verdict, digest(exercise(verdict.exercise).answer("exercises")))
        self.note = ""
        self._show(board(self.records.read(), self.page))

    def _verdicts(self, jobs: list[Job]) -> Iterator[Verdict]:
        yield from self.grader.judge(jobs, progress=lambda _: self._look_up())

    def _take(self, verdict: Verdict, content: str) -> None:
        self.records.remember(verdict, sha256=content)
        if verdict.exercise == self.exercise.slug:
            self.verdict = verdict

    def _look_up(self) -> None:
        """Leave while something is judged that takes long, if the learner wants to."""
        if self.inputs.leaving:
            raise Quit

    # -- showing ---------------------------------------------------------------------------------

    def _show_verdict(self) -> None:
        if self.verdict is None:
            return
        lines = [*told(self.changed, self.page), *focus(self.verdict, self.page)]
        if self.verdict.result is Result.NOT_GRADABLE and self._untouched():
            lines += [Text(), *paragraphs(task(self.exercise), self.page)]
        self._show(lines)

    def _untouched(self) -> bool:
        with suppress(FileNotFoundError):
            return is_stub(self._file.read_bytes())
        return False

    def _show(self, lines: Iterable[Text]) -> None:
        self._shown, self.whole = list(lines), False
        self._draw()

    def _draw(self) -> None:
        heading = about(self.exercise, "watching")
        View(self.page).draw(heading, self._shown, whole=self.whole, note=self.note)


def first(slug: str | None, records: Progress) -> Exercise:
    """What to watch: the exercise that is named, or the next unsolved one."""
    if slug is not None:
        return exercise(slug)
    return exercise(unsolved(standing(records.read())) or next(iter(exercises())))
