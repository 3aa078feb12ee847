"""`grade verify` on verdicts: each proof holds of what is whole, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.catalogue import exercise
from grader.judge.behaviour import suite
from grader.judge.sessions import Grader, Job
from grader.verdicts import Outcome, Result, Verdict
from grader.verify import judging
from grader.verify.entries import entries
from grader.verify.fault import Fault, Proof
from grader.verify.judging import Trial, faults, judge
from grader.verify.standing import exit_code, overall_faults, standing

from .trials import MET, UNMET, banked, broken, failed, passed, trial

NOT_REACHED, NOT_JUDGED = Outcome.NOT_REACHED, Outcome.NOT_JUDGED
CAUGHT = "one-behind, caught by streams"


@pytest.fixture
def whole(tmp_path: Path) -> Trial:
    return trial(tmp_path)


def told(of: Trial) -> list[tuple[Proof, str]]:
    return [(fault.proof, fault.text) for fault in faults(of)]


def test_of_what_is_whole_there_is_nothing_to_tell(whole: Trial) -> None:
    assert told(whole) == []
    assert all(tally.whole for tally in standing(whole).tallies().values())


STUBS = {
    "one that passes": (passed(), "is not told to be still the stub, but passed"),
    "one that cannot be imported": (
        replace(passed(), result=Result.NOT_GRADABLE, reason="syntax error", behaviours=()),
        "is not told to be still the stub, but not gradable: syntax error",
    ),
}


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_has_to_be_told_to_be_one(whole: Trial, name: str) -> None:
    verdict, text = STUBS[name]
    changed = replace(whole, stub=verdict)
    assert told(changed) == [(Proof.STUB, text)]
    assert not standing(changed).stub.whole


REFERENCES = {
    "unmet": (
        (passed(), failed((MET, UNMET, MET))),
        "failed: streams is unmet: <b>nothing\x1b (in 1 of 2 judgements)",
    ),
    "good but unmet": (
        (passed((MET, MET, UNMET)),),
        "names-itself is unmet: <b>nothing\x1b (in 1 of 1 judgements)",
    ),
    "not judged on virtual time": (
        (passed((MET, MET, NOT_JUDGED)),),
        "names-itself is not judged: (in 1 of 1 judgements)",
    ),
    "a behaviour left out": (
        (replace(passed(), behaviours=passed().behaviours[:2]),),
        "the behaviours that were looked for are not those of the suite: ['starts', 'streams'] "
        "(in 1 of 1 judgements)",
    ),
    "several traces": (
        (passed(trace="t"), passed(trace="u")),
        "not always the same trace: starts, streams, names-itself",
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_meets_everything_each_time_with_one_trace(whole: Trial, name: str) -> None:
    verdicts, text = REFERENCES[name]
    changed = replace(whole, references=verdicts)
    assert told(changed) == [(Proof.REFERENCE, text)]
    assert not standing(changed).reference.whole


def test_what_is_wrong_each_time_is_told_once(whole: Trial) -> None:
    (fault,) = faults(replace(whole, references=(failed((UNMET, NOT_REACHED, MET)),) * 3))
    assert fault.text.endswith("(in 3 of 3 judgements)")


def real(verdict: Verdict) -> Verdict:
    return replace(verdict, mode="real")


def test_on_real_time_a_behaviour_need_not_be_judged_or_load_bearing(whole: Trial) -> None:
    unseen = real(passed((MET, MET, NOT_JUDGED)))
    bank = tuple((e, replace(v, behaviours=v.behaviours[:2])) for e, v in whole.bank)
    changed = replace(whole, mode="real", references=(unseen, unseen), bank=bank)
    assert told(changed) == []
    assert standing(changed).behaviours.total == 2


def test_what_is_about_time_is_not_held_against_an_entry_on_real_time(
    whole: Trial, tmp_path: Path
) -> None:
    verdict = real(passed((MET, NOT_JUDGED, MET)))
    added = banked(tmp_path, verdict, kind="wrong", caught=CAUGHT)
    changed = replace(whole, mode="real", bank=(*whole.bank, added))
    assert told(changed) == []
    assert standing(changed).diagnosed == standing(whole).diagnosed


def test_a_verdict_that_differs_from_time_to_time_is_told() -> None:
    sometimes = real(passed((MET, MET, NOT_JUDGED)))
    assert judging.unsteady([real(passed()), sometimes]) == "its verdict is not always the same"


ENTRIES = {
    "a right answer that fails": (
        "right",
        failed((MET, UNMET, MET)),
        "",
        "failed: streams is unmet: <b>nothing\x1b",
    ),
    "a wrong answer that passes": (
        "wrong",
        passed(),
        CAUGHT,
        "a wrong answer that is not caught: passed",
    ),
    "a wrong answer that is not gradable": (
        "wrong",
        replace(passed(), result=Result.NOT_GRADABLE, reason="no router", behaviours=()),
        CAUGHT,
        "a wrong answer that is not caught: not gradable: no router",
    ),
    "caught by accident": (
        "wrong",
        failed((UNMET, UNMET, MET)),
        CAUGHT,
        "caught by accident, before streams: starts is unmet: <b>nothing\x1b",
    ),
    "caught by another": (
        "wrong",
        failed((UNMET, MET, MET)),
        CAUGHT,
        "caught by another behaviour than streams: starts is unmet: <b>nothing\x1b",
    ),
    "taken for something else": (
        "wrong",
        failed((MET, UNMET, MET), idea="runs-ahead"),
        CAUGHT,
        "taken for runs-ahead, not for one-behind: streams is unmet: <b>nothing\x1b",
    ),
    "not sure": (
        "wrong",
        failed((MET, UNMET, MET), idea=""),
        CAUGHT,
        "taken for nothing: not sure, not for one-behind: streams is unmet: <b>nothing\x1b",
    ),
    "a docstring that says nothing": (
        "wrong",
        failed((MET, UNMET, MET)),
        "",
        "its docstring does not say what it is caught by",
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_has_to_get_its_verdict(whole: Trial, tmp_path: Path, name: str) -> None:
    kind, verdict, caught, text = ENTRIES[name]
    added = banked(tmp_path, verdict, kind=kind, caught=caught)
    changed = replace(whole, bank=(*whole.bank, added))
    assert told(changed) == [(Proof(kind), text)]
    assert not standing(changed).tallies()[kind].whole


@pytest.mark.parametrize(
    ("without", "text"),
    [
        ("late", "no wrong entry is caught first by it: It starts."),
        ("list", "no wrong entry is caught first by it: It streams."),
        ("unnamed", "no entry is left unmet by it: It names itself."),
    ],
)
def test_every_behaviour_has_to_be_load_bearing(whole: Trial, without: str, text: str) -> None:
    bank = tuple((e, v) for e, v in whole.bank if e.file.stem != without)
    changed = replace(whole, bank=bank)
    assert told(changed) == [(Proof.LOAD_BEARING, text)]
    assert standing(changed).behaviours.good == 2


def test_that_a_later_behaviour_is_unmet_too_bears_no_load(whole: Trial, tmp_path: Path) -> None:
    both = banked(tmp_path, failed((UNMET, UNMET, MET)), caught="one-behind, caught by starts")
    bank = (*(each for each in whole.bank if each[0].file.stem != "list"), both)
    assert [proof for proof, _ in told(replace(whole, bank=bank))] == [Proof.LOAD_BEARING]


def test_where_the_judge_broke_down_nothing_is_said_about_the_proof(whole: Trial) -> None:
    bank = tuple((entry, broken()) for entry, _ in whole.bank)
    changed = replace(whole, stub=broken(), references=(broken(),), bank=bank)
    found = list(faults(changed))
    assert {fault.proof for fault in found} == {Proof.KIT}
    assert exit_code(found) == 4
    assert list(overall_faults([changed])) == []


def test_a_breakdown_is_told_with_what_broke(whole: Trial) -> None:
    last = replace(
        passed().behaviours[2],
        outcome=Outcome.KIT_ERROR,
        reason="Traceback:\n  in suite\nKeyError: 7\n",
    )
    behaviours = (*failed((MET, UNMET, MET)).behaviours[:2], last)
    reason = "the behaviour names-itself could not be judged"
    verdict = replace(broken(reason), behaviours=behaviours)
    (fault,) = faults(replace(whole, stub=verdict))
    assert fault.text.endswith(f"but kit error: {reason}: KeyError: 7")


# All together


def test_nine_in_ten_are_told_their_misconception_first(whole: Trial, tmp_path: Path) -> None:
    unsure = banked(tmp_path, failed((MET, UNMET, MET), idea=""), caught=CAUGHT)
    known = banked(tmp_path, failed((MET, UNMET, MET)), caught=CAUGHT)
    nine = replace(whole, bank=(known,) * 9 + (unsure,))
    eight = replace(whole, bank=(known,) * 8 + (unsure,) * 2)
    assert list(overall_faults([nine])) == []
    assert [fault.text for fault in overall_faults([eight])] == [
        "8/10 wrong entries are told their misconception first; nine in ten must be"
    ]


def test_every_misconception_has_to_be_found_in_some_bank(
    whole: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.verify.standing.exercises", lambda: {"stock-ticker": None})
    known: dict[str, object] = {"one-behind": {}, "collects-then-yields": {}, "runs-ahead": {}}
    monkeypatch.setattr("grader.verify.standing.content", lambda: known)
    assert [fault.where for fault in overall_faults([whole])] == ["runs-ahead"]


@pytest.mark.parametrize(
    ("proofs", "code"),
    [((), 0), ((Proof.KIT,), 4), ((Proof.STUB,), 1), ((Proof.KIT, Proof.RIGHT), 1)],
)
def test_the_exit_code_is_that_of_the_worst(proofs: tuple[Proof, ...], code: int) -> None:
    assert exit_code([Fault(proof=proof, where="", text="") for proof in proofs]) == code


# Judging itself


class FakeGrader:
    """Gives a verdict on each job, the last one first."""

    def __init__(self, slugs: list[str], *, real: bool) -> None:
        self.mode = "real" if real else "virtual"

    def __enter__(self) -> FakeGrader:
        return self

    def __exit__(self, *_: object) -> None: ...

    def judge(self, jobs: list[Job]) -> Iterator[Verdict]:
        for job in reversed(jobs):
            yield replace(passed(), exercise=job.slug, file=str(job.file), mode=self.mode)


def test_every_stub_and_entry_is_judged_once_and_every_reference_as_often_as_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "Grader", FakeGrader)
    slugs = ["stock-ticker", "large-file"]
    trials = judge(slugs, real=True, repeat=3)
    assert [each.exercise.slug for each in trials] == slugs
    for each in trials:
        assert each.mode == each.stub.mode == "real"
        assert each.stub.file == str(each.exercise.answer("exercises"))
        assert [v.file for v in each.references] == [str(each.exercise.answer("solutions"))] * 3
        assert [entry for entry, _ in each.bank] == entries(each.exercise)
        assert all(verdict.file == str(entry.file) for entry, verdict in each.bank)


def test_the_reference_of_an_exercise_is_proved_in_earnest() -> None:
    """One real judgement, so that the verdicts above are of the form that the judge gives."""
    slug = "stock-ticker"
    with Grader([slug]) as grader:
        jobs = [Job(slug, exercise(slug).answer(target)) for target in ("exercises", "solutions")]
        found = {Path(v.file).parts[0]: v for v in grader.judge([*jobs, jobs[1]])}
    assert judging.stub_fault(found["exercises"]) is None
    rules = suite(exercise(slug).suite)
    assert judging.reference_fault(found["solutions"], rules) is None
    assert all(behaviour.trace for behaviour in found["solutions"].behaviours)
