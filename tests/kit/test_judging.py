"""From behaviours to a verdict, and from verdicts to an exit code."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from grader.catalogue import ROOT, exercise, exercises
from grader.judge.behaviour import Rule, essential, expert, good, rule, suite
from grader.judge.plugin import Judgement
from grader.judge.sessions import PARALLEL, Grader, Job, Progress, _Running
from grader.judge.warm_pytest import _result, printable
from grader.verdicts import (
    Behaviour,
    Evidence,
    Level,
    Line,
    Misconception,
    Moment,
    Outcome,
    Report,
    Result,
    Verdict,
    verdict_from_json,
)

TICKER = exercise("stock-ticker")
LINE = Line(file="answer.py", number=7, text="yield x", function="f", why="here")
EVIDENCE = Evidence(
    observed="nothing",
    expected="an event",
    timeline=(Moment(at=0.5, lane="wire", kind="chunk", text="5 bytes", count=2),),
    misconception=Misconception(slug="one-behind", sentence="Late.", why="Because."),
    line=LINE,
    reproduce="curl -N http://127.0.0.1:8000/",
    hint=2,
    card="sse-wire-format",
)


def behaviour(outcome: Outcome, level: Level = Level.ESSENTIAL, *, id: str = "b") -> Behaviour:  # noqa: A002
    return Behaviour(id=id, sentence="It streams.", level=level, outcome=outcome)


def verdict(result: Result) -> Verdict:
    return Verdict(exercise="stock-ticker", file="answer.py", result=result, mode="virtual")


MET, UNMET, NOT_REACHED = Outcome.MET, Outcome.UNMET, Outcome.NOT_REACHED


@pytest.mark.parametrize(
    ("behaviours", "result"),
    [
        ([behaviour(MET)], Result.PASSED),
        ([behaviour(MET), behaviour(Outcome.NOT_JUDGED)], Result.PASSED),
        ([behaviour(MET), behaviour(UNMET, Level.GOOD)], Result.PASSED),
        ([behaviour(MET), behaviour(NOT_REACHED, Level.EXPERT)], Result.PASSED),
        ([behaviour(MET), behaviour(UNMET)], Result.FAILED),
        ([behaviour(MET), behaviour(NOT_REACHED)], Result.FAILED),
        ([behaviour(UNMET), behaviour(Outcome.KIT_ERROR)], Result.KIT_ERROR),
        ([behaviour(MET), behaviour(Outcome.KIT_ERROR, Level.EXPERT)], Result.KIT_ERROR),
        ([behaviour(Outcome.NOT_JUDGED)], Result.KIT_ERROR),
        ([behaviour(MET, Level.GOOD)], Result.KIT_ERROR),
        ([], Result.KIT_ERROR),
    ],
)
def test_only_essential_behaviours_decide_and_one_must_have_been_judged(
    behaviours: list[Behaviour], result: Result
) -> None:
    assert _result(tuple(behaviours))[0] is result


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([Result.PASSED], 0),
        ([Result.PASSED, Result.FAILED], 1),
        ([Result.NOT_GRADABLE], 3),
        ([Result.KIT_ERROR], 4),
        ([Result.NOT_GRADABLE, Result.KIT_ERROR], 4),
        ([Result.KIT_ERROR, Result.NOT_GRADABLE, Result.FAILED, Result.PASSED], 1),
        ([], 4),
    ],
)
def test_the_exit_code_is_that_of_the_worst(results: list[Result], code: int) -> None:
    assert Report(tuple(map(verdict, results))).exit_code == code


def test_a_verdict_survives_its_json_form() -> None:
    behaviours = (
        replace(behaviour(UNMET), evidence=EVIDENCE),
        replace(behaviour(NOT_REACHED, Level.GOOD, id="c"), blocked_by="b"),
        replace(behaviour(Outcome.NOT_JUDGED, Level.EXPERT, id="d"), reason="time"),
    )
    whole = replace(
        verdict(Result.FAILED),
        behaviours=behaviours,
        reason="because",
        line=LINE,
        output="printed\n",
        output_truncated=True,
        seconds=0.5,
    )
    for each in (whole, verdict(Result.PASSED)):
        assert verdict_from_json(json.loads(json.dumps(asdict(each)))) == each


def known(*behaviours: Behaviour) -> Judgement:
    judgement = Judgement(zygote="")
    for each in behaviours:
        judgement.record(TICKER, each)
    return judgement


@pytest.mark.parametrize(
    ("first", "blocker"),
    [
        (behaviour(MET), None),
        (behaviour(Outcome.NOT_JUDGED), None),
        (behaviour(UNMET), "b"),
        (behaviour(Outcome.KIT_ERROR), "b"),
        (replace(behaviour(NOT_REACHED), blocked_by="a"), "a"),
    ],
)
def test_a_behaviour_is_blocked_by_what_it_needs_or_by_what_blocked_that(
    first: Behaviour, blocker: str | None
) -> None:
    needs_it = Rule(id="c", sentence="", level=Level.GOOD, needs=("b",))
    assert known(first).blocker(TICKER, needs_it) == blocker


def test_a_behaviour_that_needs_nothing_known_is_not_blocked() -> None:
    assert known().blocker(TICKER, Rule("c", "", Level.GOOD, ("b",))) is None
    assert known(behaviour(UNMET)).blocker(TICKER, Rule("c", "", Level.GOOD, ())) is None


def test_the_first_word_on_a_behaviour_counts() -> None:
    judgement = known(behaviour(UNMET), behaviour(MET))
    assert judgement.behaviours[TICKER.slug]["b"].outcome is UNMET


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (b"plain\nand \xf0\x9f\xa5\xa8\n", "plain\nand 🥨\n"),
        (b"\x1b[2Jgone\x07", "\\x1b[2Jgone\\x07"),
        (b"a\r\nb\rc\td", "a\nb\\rc\\td"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u202eright to left".encode(), "\\u202eright to left"),
    ],
)
def test_what_was_printed_cannot_steer_a_terminal(printed: bytes, shown: str) -> None:
    assert printable(printed) == shown


def test_a_suite_says_what_its_behaviours_are() -> None:
    @essential()
    def test_streams_at_once() -> None:
        """Every item comes at once.

        RFC 9112.
        """

    @good(needs=[test_streams_at_once])
    def test_ends() -> None:
        """It ends."""

    assert rule(test_streams_at_once) == Rule(
        "streams-at-once", "Every item comes at once.", Level.ESSENTIAL, ()
    )
    assert rule(test_ends) == Rule("ends", "It ends.", Level.GOOD, ("streams-at-once",))
    assert rule(expert()(test_ends)).level is Level.EXPERT


@pytest.mark.parametrize("slug", exercises())
def test_a_suite_has_twelve_behaviours_in_three_levels_each_after_what_it_needs(slug: str) -> None:
    rules = suite(exercise(slug).suite)
    assert len(rules) >= 12
    assert {each.level for each in rules} == set(Level)
    seen: set[str] = set()
    for each in rules:
        assert each.sentence.endswith(".")
        assert seen >= set(each.needs)
        seen.add(each.id)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader([TICKER.slug]) as started:
        yield started


def judged(grader: Grader, file: Path) -> Verdict:
    (found,) = grader.judge([Job(TICKER.slug, file)])
    assert verdict_from_json(json.loads(json.dumps(asdict(found)))) == found
    return found


def test_the_reference_meets_every_behaviour(grader: Grader) -> None:
    passed = judged(grader, TICKER.answer("solutions"))
    assert passed.result is Result.PASSED
    assert [b.id for b in passed.behaviours] == [each.id for each in suite(TICKER.suite)]
    assert {b.outcome for b in passed.behaviours} == {MET}
    assert passed.file == "solutions/feeds/stock_ticker.py"


def test_progress_is_told_behaviour_by_behaviour(grader: Grader) -> None:
    told: list[Progress] = []
    list(grader.judge([Job(TICKER.slug, TICKER.answer("solutions"))], progress=told.append))
    total = len(suite(TICKER.suite))
    assert told == [Progress(TICKER.slug, done, total) for done in range(1, total + 1)]


def test_a_failure_is_told_as_soon_as_it_is_found(grader: Grader) -> None:
    told: list[Progress] = []
    wrong = TICKER.bank / "wrong" / "collects_then_yields.py"
    (verdict,) = grader.judge([Job(TICKER.slug, wrong)], progress=told.append)
    (progress,) = [each for each in told if each.failed]
    early = progress.failed
    assert early is not None
    assert early.result is Result.FAILED
    assert early.behaviours == verdict.behaviours[: progress.done]
    assert early.behaviours[-1] == early.first_unmet == verdict.first_unmet
    assert progress.done < progress.total == len(verdict.behaviours)


class Mute:
    """Stands in for the judge's sessions, and never answers an order."""

    def __init__(self) -> None:
        self.orders: list[int] = []

    def order(self, order: bytes, descriptor: int) -> None:
        self.orders.append(os.dup(descriptor))


def test_what_is_wanted_meanwhile_does_not_wait_for_a_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Wanted(Exception):
        pass

    looked: list[None] = []

    def look() -> None:
        looked.append(None)
        if len(looked) == 3:  # it is looked more than once at what else is wanted
            raise Wanted

    grader, mute = Grader([TICKER.slug]), Mute()
    monkeypatch.setattr(grader, "_session", mute, raising=False)
    with pytest.raises(Wanted):
        list(grader.judge([Job(TICKER.slug, TICKER.answer("solutions"))], meanwhile=look))
    (descriptor,) = mute.orders
    with socket.socket(fileno=descriptor) as reports, pytest.raises(BrokenPipeError):
        reports.send(b"too late: nobody listens any more")


def test_the_stub_is_not_gradable(grader: Grader) -> None:
    stub = judged(grader, TICKER.answer("exercises"))
    assert stub.result is Result.NOT_GRADABLE
    assert "still the stub" in (stub.reason or "")
    assert stub.behaviours == ()


def test_what_needs_an_unmet_behaviour_is_not_reached(grader: Grader, tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    text = TICKER.answer("solutions").read_text()
    file.write_text(text.replace('media_type="text/event-stream"', 'media_type="text/plain"'))
    failed = judged(grader, file)
    assert failed.result is Result.FAILED
    first, *others = failed.behaviours
    assert (first.id, first.outcome) == ("starts", UNMET)
    assert first.evidence is not None
    assert first.evidence.timeline
    assert {(b.outcome, b.blocked_by) for b in others} == {(NOT_REACHED, "starts")}
    assert failed.first_unmet == first


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_time_zone_of_the_machine_changes_no_verdict(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    bank = exercise("health").bank
    right = bank / "right" / "milliseconds_in_local_time.py"
    wrong = bank / "wrong" / "local_time_called_utc.py"
    with Grader(["health"]) as grader:
        found = {v.file: v.result for v in grader.judge(Job("health", f) for f in (right, wrong))}
    expected = {right: Result.PASSED, wrong: Result.FAILED}
    assert found == {str(file.relative_to(ROOT)): result for file, result in expected.items()}


@pytest.mark.parametrize("dead", ["_session", "_zygote"])
def test_a_judge_that_breaks_down_is_a_kit_error(dead: str, tmp_path: Path) -> None:
    with Grader([TICKER.slug]) as grader:
        process = grader._session if dead == "_session" else grader._zygote._process
        process.kill()
        process.wait()
        broken = judged(grader, TICKER.answer("solutions"))
    assert broken.result is Result.KIT_ERROR
    assert broken.reason
    assert Report((broken,)).exit_code == 4


@pytest.mark.parametrize(("real", "times"), [(False, 1), (True, 3)])
def test_on_real_time_more_are_judged_at_a_time(
    monkeypatch: pytest.MonkeyPatch, real: bool, times: int
) -> None:
    grader = Grader([TICKER.slug], real=real)
    job = Job(TICKER.slug, TICKER.answer("solutions"))
    with ExitStack() as ends:
        begun: list[_Running] = []

        def begin(job: Job, *, alone: bool) -> _Running:
            ours, theirs = map(ends.enter_context, socket.socketpair())
            theirs.send(b"it is judged")
            begun.append(_Running(job, ours))
            return begun[-1]

        monkeypatch.setattr(grader, "_begin", begin)
        monkeypatch.setattr(grader, "_receive", lambda *_: verdict(Result.PASSED))
        assert next(grader.judge([job] * 100)) == verdict(Result.PASSED)
        assert len(begun) == times * PARALLEL
