"""The course of `grade watch`: a save gets a verdict, and a key does what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.text import Text

from grader.advice import Step
from grader.board import board, standing, unsolved
from grader.catalogue import Exercise, exercise
from grader.judge.sessions import Job, Progress
from grader.lessons import hints
from grader.markdown import paragraphs
from grader.places import shown_path
from grader.progress import Progress as Records
from grader.progress import State, digest, is_stub
from grader.report import focus
from grader.stub import NoStub, restore
from grader.task import task
from grader.terminal import Page
from grader.timeline import FOLD, Fold
from grader.trace.account import counted
from grader.trace.exercise import NothingToDraw, chosen, drawn
from grader.verdicts import Result, Verdict
from grader.watch.changes import Changes, changes, told
from grader.watch.graders import Graders
from grader.watch.inputs import Ended, Inputs, Key, Polling, Resized, Saved
from grader.watch.view import JUDGING, STARTING, WATCHING, View, about, help_lines

_SHORTER = tuple(Fold(rows, by="m") for rows in (16, 11, 8, 5))  # timelines, for small terminals


class Quit(Exception):
    """The learner wants to leave, perhaps while something is being judged."""


@dataclass(slots=True)
class Session:
    """One evening with the kit. It stays on an exercise until a key says otherwise."""

    graders: Graders
    inputs: Inputs
    records: Records
    page: Page
    exercise: Exercise
    verdict: Verdict | None = None
    changed: Changes | None = None
    note: str = ""
    whole: bool = False
    _doing: str = JUDGING
    _content: str = ""  # the digest of what was judged last
    _judged: Verdict | None = None  # the last one that has behaviours to compare with
    _render: Callable[[], Iterable[Text]] = tuple  # what is shown, for the width that there is

    def run(self) -> None:
        """Judge and show until the learner leaves."""
        try:
            self._begin()
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
                self._show(help_lines)
            case "l":
                self._show_board()
            case "h":
                self._show_hint()
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
        self.exercise, self.verdict, self._judged = exercise(following), None, None
        self.note, self._doing = "", JUDGING
        self._show(lambda: [STARTING])
        self._begin()

    def _reset(self) -> None:
        try:
            kept = restore(self.exercise)
        except NoStub as error:
            self.note = str(error)
        else:
            place = f"; your file is {shown_path(str(kept))}" if kept else ""
            self.note = f"the stub is back{place}"
            self._judged = None
        self._judge()

    def _trace(self) -> None:
        for verdict in self._verdicts([Job(self.exercise.slug, self._file, timelines=True)]):
            try:
                shown = chosen(verdict, None)
            except NothingToDraw as error:
                self.note = str(error)
                self._draw()
            else:
                self._show(partial(drawn, verdict, shown, self.page))

    # -- judging ---------------------------------------------------------------------------------

    @property
    def _file(self) -> Path:
        return self.exercise.answer("exercises")

    def _begin(self) -> None:
        """Judge the exercise for the first time, as soon as its grader has started."""
        self.graders.turn_to(self.exercise.slug)
        self._judge()

    def _judge(self) -> None:
        try:
            content = digest(self._file)
        except FileNotFoundError:
            self._content, self._doing = "", WATCHING
            gone = f"{shown_path(str(self._file))} is gone; r puts the stub back"
            self._show(lambda: [Text(gone, style="yellow")])
            return
        self._content = content
        self._doing = JUDGING
        if not self.whole:
            View(self.page).retitle(self._heading)
        for verdict in self._verdicts([Job(self.exercise.slug, self._file)], self._show_early):
            self._doing = WATCHING
            self.verdict, self.changed = verdict, changes(self._judged, verdict)
            if verdict.behaviours:
                self._judged = verdict
            if verdict.result is Result.PASSED:
                self.note = "passed; n goes on to the next"
            try:
                self._show_verdict()  # before anything that the learner would have to wait for
            finally:
                self.records.remember(verdict, sha256=content)

    def _judge_the_save(self) -> None:
        """Judge it unless an editor has written the same twice, as many do."""
        with suppress(FileNotFoundError):
            if digest(self._file) == self._content:
                self.note = self.note or "saved; nothing has changed"
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
        self.note = f"judging {counted(len(begun), 'exercise')} ..."
        self._draw()
        files = {slug: exercise(slug).answer("exercises") for slug in begun}
        digests = {slug: digest(file) for slug, file in files.items()}
        for verdict in self._verdicts([Job(slug, file) for slug, file in files.items()]):
            self.records.remember(verdict, sha256=digests[verdict.exercise])
            if verdict.exercise == self.exercise.slug:
                self.verdict = verdict
        self.note = ""
        self._show_board()

    def _verdicts(
        self, jobs: list[Job], progress: Callable[[Progress], None] | None = None
    ) -> Iterator[Verdict]:
        yield from self.graders.judge(jobs, meanwhile=self._look_up, progress=progress)

    def _look_up(self) -> None:
        """Leave while something is judged that takes long, if the learner wants to."""
        if self.inputs.leaving:
            raise Quit

    # -- showing ---------------------------------------------------------------------------------

    def _show_verdict(self) -> None:
        if self.verdict is not None:
            self._show(partial(self._verdict_lines, self.verdict, self.changed))

    def _show_early(self, progress: Progress) -> None:
        """Show what to mend first as soon as it is found, where a later screen replaces it."""
        verdict = progress.failed
        if verdict is not None and self.page.console.is_terminal:
            changed = changes(self._judged, verdict)
            left = progress.total - progress.done
            self._show(partial(self._verdict_lines, verdict, changed, left=left))

    def _verdict_lines(
        self, verdict: Verdict, changed: Changes | None, *, left: int = 0
    ) -> Iterable[Text]:
        """All of it; what is likely and where does not give way to a long timeline."""
        lines: list[Text] = []
        for fold in (FOLD,) if self.whole else (FOLD, *_SHORTER):
            lines = [
                *told(changed, self.page, so_far=left > 0),
                *focus(verdict, self.page, fold=fold, left=left),
            ]
            if View(self.page).fits(self._heading, lines, note=self.note):
                break
        if verdict.result is Result.NOT_GRADABLE and self._untouched():
            lines += [Text(), *paragraphs(task(self.exercise), self.page)]
        return lines

    def _show_board(self) -> None:
        known = self.records.read()
        self._show(lambda: board(known, self.page))

    def _show_hint(self) -> None:
        slug = self.exercise.slug
        level = self.records.next_hint(slug, most=len(self.exercise.hints))
        found = self.records.read().get(slug)
        more = Step("h", "one more")
        self._show(partial(hints, self.exercise, level, self.page, found=found, more=more))

    def _untouched(self) -> bool:
        with suppress(FileNotFoundError):
            return is_stub(self._file.read_bytes())
        return False

    def _show(self, render: Callable[[], Iterable[Text]]) -> None:
        self._render, self.whole = render, False
        self._draw()

    def _draw(self) -> None:
        View(self.page).draw(self._heading, self._render(), whole=self.whole, note=self.note)

    @property
    def _heading(self) -> Text:
        return about(self.exercise, self._doing)
