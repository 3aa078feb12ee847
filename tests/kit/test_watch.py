"""`grade watch`: what a save and each key do, and what the screen shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from grader.catalogue import Exercise, exercise, exercises
from grader.judge.sessions import Job, Progress
from grader.platforms import START
from grader.progress import Progress as Records
from grader.progress import State, state
from grader.stub import NoStub
from grader.terminal import Page
from grader.verdicts import Behaviour, Evidence, Level, Moment, Outcome, Result, Verdict
from grader.watch import first, watch
from grader.watch import session as watching
from grader.watch.changes import changes
from grader.watch.inputs import Ended, Input, Inputs, Key, Polling, Resized, Saved
from grader.watch.session import Session
from grader.watch.view import View

TIMELINE = (Moment(at=0, lane="wire", kind="chunk", text="7 bytes"),)
ANSWER = "def endpoint():\n    return {}\n"


def behaviour(name: str, *, met: bool) -> Behaviour:
    evidence = Evidence(observed="late", expected="early", timeline=TIMELINE)
    return Behaviour(
        id=name,
        sentence=f"It {name}.",
        level=Level.ESSENTIAL,
        outcome=Outcome.MET if met else Outcome.UNMET,
        evidence=None if met else evidence,
    )


def verdict(job: Job, **met: bool) -> Verdict:
    return Verdict(
        exercise=job.slug,
        file=str(job.file),
        result=Result.PASSED if all(met.values()) else Result.FAILED,
        mode="virtual",
        behaviours=tuple(behaviour(name, met=each) for name, each in met.items()),
    )


class Judge:
    """Stands in for the graders. Each judgement is one of `course`, the last one for ever."""

    def __init__(self) -> None:
        self.turned_to: list[str] = []
        self.course: list[dict[str, bool]] = [{"starts": True, "streams": False}]
        self.judged: list[Job] = []
        self.refuses = False  # whatever is judged is not gradable
        self.interrupt: Callable[[], object] = lambda: None  # happens while something is judged
        self.early = 0  # behaviours after which a failure is told

    def turn_to(self, slug: str) -> None:
        self.turned_to.append(slug)

    def judge(
        self,
        jobs: Iterable[Job],
        *,
        meanwhile: Callable[[], None],
        progress: Callable[[Progress], None] | None,
    ) -> Iterator[Verdict]:
        for job in jobs:
            self.judged.append(job)
            meanwhile()
            self.interrupt()
            if self.refuses:
                yield replace(verdict(job), result=Result.NOT_GRADABLE, behaviours=())
                continue
            course = self.course.pop(0) if len(self.course) > 1 else self.course[0]
            whole = verdict(job, **course)
            if self.early and progress:
                failed = replace(whole, behaviours=whole.behaviours[: self.early])
                progress(Progress(job.slug, self.early, len(course), failed))
            yield whole


class Course(Inputs):
    """What happens, as a list."""

    def __init__(self) -> None:
        self.leaving = False
        self.happening: list[Input | Callable[[], Input]] = []

    def next(self, seconds: float | None = None) -> Input | None:
        if not self.happening:
            return Ended()
        happened = self.happening.pop(0)
        return happened() if callable(happened) else happened


class Evening:
    """A session on files of its own, whose screens are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.judge = Judge()
        self.course = Course()
        self.written = StringIO()
        console = Console(
            file=self.written, width=90, height=30, force_terminal=True, color_system=None
        )
        self.records = Records(folder / "progress.json", warn=print)
        self.session = Session(
            self.judge,  # type: ignore[arg-type]
            self.course,
            self.records,
            Page(console),
            exercise("stock-ticker"),
        )
        self.file = exercise("stock-ticker").answer("exercises")
        self.file.parent.mkdir(parents=True)
        self.file.write_text(ANSWER)

    def save(self, text: str) -> Callable[[], Input]:
        def saved() -> Input:
            self.file.write_text(text)
            return Saved(frozenset([self.file]))

        return saved

    def run(self, *happening: Input | Callable[[], Input]) -> list[str]:
        """The screens that were shown, first to last."""
        self.course.happening = list(happening)
        self.session.run()
        return self.written.getvalue().split("\x1b[2J\x1b[3J\x1b[H")[1:]


@pytest.fixture
def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evening:
    def answer(self: Exercise, target: str) -> Path:
        return tmp_path / target / self.topic / f"{self.module}.py"

    monkeypatch.setattr(Exercise, "answer", answer)
    return Evening(tmp_path)


def test_a_save_is_judged_and_what_has_changed_is_told(evening: Evening) -> None:
    evening.judge.course = [
        {"starts": True, "streams": False},
        {"starts": False, "streams": True},
    ]
    before, after = evening.run(evening.save(ANSWER + "\n"))
    assert "FAILED" in before
    assert "now met" not in before
    assert "now met  It streams." in after
    assert "no longer met  It starts." in after


def test_a_failure_is_shown_before_the_rest_is_judged(evening: Evening) -> None:
    evening.judge.course = [{"starts": True, "streams": False, "ends": True}]
    evening.judge.early = 2
    early, verdict, again, last = evening.run(evening.save(ANSWER + "\n"))
    assert "It streams." in early
    assert "1 more to look for ..." in early
    assert "essential 2 of 3" not in early
    assert "essential 2 of 3" in verdict
    assert "more to look for" not in verdict
    assert "the same behaviours are met as before, so far" in again
    assert "so far" not in last


def test_what_is_not_judged_yet_is_not_lost(evening: Evening) -> None:
    before = {"starts": True, "streams": True, "ends": True}
    evening.judge.course = [before, before | {"streams": False}]
    evening.judge.early = 2
    *_, early, _ = evening.run(evening.save(ANSWER + "\n"))
    assert [line for line in early.splitlines() if "no longer met" in line] == [
        "✗ no longer met  It streams."
    ]


def test_the_heading_says_what_is_done(evening: Evening) -> None:
    evening.judge.early = 1
    early, last = evening.run()
    before, _, _ = evening.written.getvalue().partition("\x1b[2J")
    headings = [text.splitlines()[0] for text in (before, early, last)]
    assert ["judging" in heading for heading in headings] == [True, True, False]
    assert ["watching" in heading for heading in headings] == [False, False, True]


@pytest.mark.parametrize(("width", "lines"), [(40, 0), (90, 1)])
def test_a_heading_is_replaced_where_it_is_one_line(
    evening: Evening, width: int, lines: int
) -> None:
    evening.session.page.console.width = width
    evening.run()
    before, _, _ = evening.written.getvalue().partition("\x1b[2J")
    assert before.count("judging") == lines


def test_a_file_gets_one_verdict_after_the_other(evening: Evening) -> None:
    evening.session.page.console._force_terminal = False
    evening.judge.early = 1
    evening.run()
    assert evening.written.getvalue().count("FAILED") == 1


def test_many_changes_leave_room_for_what_is_unmet(evening: Evening) -> None:
    names = ("starts", "streams", "ends", "lasts")
    before = dict.fromkeys(names, False)
    evening.judge.course = [before, dict.fromkeys(names, True) | {"frames": False}]
    *_, last = evening.run(evening.save(ANSWER + "\n"))
    assert [line for line in last.splitlines() if "now met" in line] == [
        "✓ now met  It starts.",
        "✓ now met  It streams.",
        "✓ now met  and 2 more",
    ]


def test_what_has_changed_is_told_across_a_save_that_could_not_be_judged(
    evening: Evening,
) -> None:
    def broken() -> Input:
        evening.judge.refuses = True
        return evening.save("def f(:\n")()

    def mended() -> Input:
        evening.judge.refuses = False
        return evening.save(ANSWER + "\n")()

    evening.judge.course = [{"streams": False}, {"streams": True}]
    _, told, last = evening.run(broken, mended)
    assert "NOT GRADABLE" in told
    assert "now met  It streams." in last


def test_a_save_that_changes_nothing_is_not_judged_again(evening: Evening) -> None:
    *_, last = evening.run(evening.save(ANSWER))
    assert len(evening.judge.judged) == 1
    assert "nothing has changed" in last


def test_a_stub_is_shown_with_its_task(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "task", lambda exercise: "Send every price update.")
    evening.judge.refuses = True
    *_, last = evening.run(evening.save("def endpoint():\n    raise NotImplementedError\n"))
    assert "Send every price update." in last


def test_another_file_is_not_judged(evening: Evening) -> None:
    evening.run(Saved(frozenset([evening.file.with_name("other.py")])))
    assert [job.slug for job in evening.judge.judged] == ["stock-ticker"]


def test_a_passed_exercise_is_not_left(evening: Evening) -> None:
    evening.judge.course = [{"streams": True}]
    *_, last = evening.run(evening.save("1\n"), evening.save("2\n"))
    assert {job.slug for job in evening.judge.judged} == {"stock-ticker"}
    assert "PASSED" in last
    assert "n goes on to the next" in last


def test_a_file_that_is_gone_is_told_and_judged_when_it_is_back(evening: Evening) -> None:
    def gone() -> Input:
        evening.file.unlink()
        return Saved(frozenset([evening.file]))

    _, told, back = evening.run(gone, evening.save(ANSWER))
    assert "is gone; r puts the stub back" in told
    assert "FAILED" in back


def test_the_key_n_goes_on_to_the_next_exercise_that_is_not_passed(evening: Evening) -> None:
    following = list(exercises())[list(exercises()).index("stock-ticker") + 1]
    other = exercise(following).answer("exercises")
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text(ANSWER)
    *_, starting, _ = evening.run(Key("n"))
    assert [job.slug for job in evening.judge.judged] == ["stock-ticker", following]
    assert evening.judge.turned_to == ["stock-ticker", following]
    assert "the judge is starting ..." in starting
    assert exercise(following).title in starting


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("?", "judge every exercise that has been begun"),
        ("l", "streamdrill"),
        ("h", "hint 1 of 3"),
        ("t", "It streams."),
        ("x", "FAILED"),
    ],
)
def test_a_key_shows_what_it_says(evening: Evening, key: str, shown: str) -> None:
    *_, last = evening.run(Key(key))
    assert shown in last


def test_each_h_shows_one_more_hint(evening: Evening) -> None:
    *_, last = evening.run(Key("h"), Key("h"), Key("m"))
    assert "hint 2 of 3" in last
    assert "hint 3 of 3" not in last
    assert "next  h  (one more)" in last


def test_the_key_r_puts_the_stub_back_and_judges_it(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = evening.folder / "kept.py"
    monkeypatch.setattr(watching, "restore", lambda exercise: kept)
    _, back, last = evening.run(Key("r"), Saved(frozenset([evening.file])))
    assert "the stub is back; your file is" in back
    assert "the stub is back; your file is" in last  # the watcher tells of our own writing, too
    assert len(evening.judge.judged) == 2


def test_a_stub_that_cannot_be_found_is_a_note(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(exercise: Exercise) -> None:
        raise NoStub("no commit holds it")

    monkeypatch.setattr(watching, "restore", refuse)
    *_, last = evening.run(Key("r"))
    assert "no commit holds it" in last


def test_the_key_a_judges_what_has_been_begun(evening: Evening) -> None:
    *_, judging, _ = evening.run(Key("a"))
    assert "judging 1 exercise ..." in judging
    assert [job.slug for job in evening.judge.judged] == ["stock-ticker", "stock-ticker"]
    assert evening.judge.turned_to == ["stock-ticker"]


def test_what_is_saved_while_all_are_judged_does_not_get_their_verdict(evening: Evening) -> None:
    def press() -> Input:
        evening.judge.interrupt = evening.save("changed\n")
        return Key("a")

    evening.run(press)
    known = evening.records.read()["stock-ticker"]
    assert state(evening.file, known) is State.CHANGED


def test_a_verdict_is_shown_before_it_is_remembered_and_remembered_even_if_that_fails(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(view: View, heading: Text, body: Iterable[Text], **_: object) -> None:
        assert evening.records.read() == {}
        raise KeyboardInterrupt

    monkeypatch.setattr(View, "draw", draw)
    with pytest.raises(KeyboardInterrupt):
        evening.run()
    assert evening.records.read()["stock-ticker"].result is Result.FAILED


def test_polling_is_told(evening: Evening) -> None:
    *_, last = evening.run(Polling("the limit of watches is reached"))
    assert "a few times a second: the limit of watches is reached" in last


def test_another_size_of_the_terminal_draws_the_same_again(evening: Evening) -> None:
    before, after = evening.run(Resized())
    assert before == after


def test_a_long_timeline_gives_way_to_what_is_likely(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = ("source", "wire")
    many = tuple(Moment(at=n, lane=lane[n % 2], kind="chunk", text=f"{n} bytes") for n in range(20))
    monkeypatch.setitem(globals(), "TIMELINE", many)
    short, whole = evening.run(Key("m"))
    assert "more moments: m shows them" in short
    assert "not sure" in short
    assert "m shows the rest" not in short
    assert "more moments" not in whole


def test_a_wider_terminal_is_filled(evening: Evening) -> None:
    def wider() -> Input:
        evening.session.page.console.width = 100
        return Resized()

    evening.session.page.console.width = 60
    before, after = evening.run(wider)
    rules = [max(line.count("─") for line in screen.splitlines()[2:]) for screen in (before, after)]
    assert rules == [60, 100]


def test_a_judge_that_cannot_be_trusted_ends_it_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(START, "frsh")
    page = Page(Console(width=90, height=30))
    assert watch("health", page=page, records=Records(tmp_path / "p.json", warn=print)) == 4
    assert "nothing can be judged: STREAMDRILL_START is 'frsh'" in capsys.readouterr().out


def test_what_does_not_fit_is_cut_and_m_shows_it(evening: Evening) -> None:
    evening.session.page.console.height = 8
    cut, whole = evening.run(Key("m"))
    assert "m shows the rest" in cut
    assert cut.count("\n") <= 8
    assert "m shows the rest" not in whole


def test_leaving_does_not_wait_for_a_verdict(evening: Evening) -> None:
    evening.course.leaving = True
    assert evening.run(Key("x")) == []


def test_the_first_exercise_is_the_one_named_or_the_next_unsolved_one(tmp_path: Path) -> None:
    records = Records(tmp_path / "progress.json", warn=print)
    assert first("stock-ticker", records).slug == "stock-ticker"
    assert first(None, records).slug == next(iter(exercises()))


def test_nothing_is_compared_with_a_file_that_could_not_be_judged() -> None:
    job = Job("stock-ticker", Path("x.py"))
    refused = replace(verdict(job), behaviours=())
    assert changes(refused, verdict(job, streams=True)) is None


@pytest.mark.parametrize("how", ["written", "replaced", "removed"])
def test_every_way_to_save_a_file_is_seen(tmp_path: Path, how: str) -> None:
    file = tmp_path / "feeds" / "stock_ticker.py"
    file.parent.mkdir()
    with Inputs(tmp_path) as inputs:
        seen = None
        while not seen:  # the watcher begins in a thread of its own, some time after this does
            file.write_text(ANSWER)
            if how == "replaced":  # as vim and PyCharm do
                draft = file.with_suffix(".swp")
                draft.write_text(ANSWER)
                os.replace(draft, file)
            elif how == "removed":
                file.unlink()
            seen = inputs.next(0.1)
    assert seen == Saved(frozenset([file]))
