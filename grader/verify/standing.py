"""How many of the things that have to hold do so, and what follows for the exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.catalogue import exercises
from grader.judge.diagnosis import content
from grader.verify import judging
from grader.verify.fault import Fault, Proof
from grader.verify.judging import Trial

LEAST_DIAGNOSED = 0.9  # of all wrong entries


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `total` things, `good` are as they have to be."""

    good: int
    total: int

    @property
    def whole(self) -> bool:
        return self.good == self.total

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.good + other.good, self.total + other.total)

    def __str__(self) -> str:
        return f"{self.good}/{self.total}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one exercise stands in one mode."""

    exercise: str
    mode: str
    stub: Tally
    reference: Tally  # judgements that met everything, all with one verdict and one trace
    right: Tally
    wrong: Tally
    behaviours: Tally  # that are load-bearing, of those that this mode can see
    diagnosed: Tally  # wrong entries whose misconception was the first thing that was told

    def tallies(self) -> dict[str, Tally]:
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = ("stub", "reference", "right", "wrong", "behaviours", "diagnosed")


def standing(trial: Trial) -> Standing:
    """How an exercise stands in the mode in which it was judged."""
    wrong = [(e, v) for e, v in trial.banked("wrong") if not judging.unseen(e, v)]
    seen = len(judging.judged(trial))
    return Standing(
        exercise=trial.exercise.slug,
        mode=trial.mode,
        stub=Tally(int(judging.stub_fault(trial.stub) is None), 1),
        reference=_reference(trial),
        right=_banked(trial, "right"),
        wrong=_banked(trial, "wrong"),
        behaviours=Tally(seen - len(judging.idle(trial)), seen),
        diagnosed=Tally(sum(judging.diagnosed(e, v) for e, v in wrong), len(wrong)),
    )


def _reference(trial: Trial) -> Tally:
    verdicts = trial.references
    met = [v for v in verdicts if judging.reference_fault(v, trial.rules) is None]
    return Tally(0 if judging.unsteady(met) else len(met), len(verdicts))


def _banked(trial: Trial, kind: str) -> Tally:
    found = trial.banked(kind)
    return Tally(sum(judging.entry_fault(e, v) is None for e, v in found), len(found))


def diagnosis(standings: Sequence[Standing]) -> Tally:
    """Of how many wrong entries the misconception that they name was told first."""
    return sum((each.diagnosed for each in standings), Tally(0, 0))


def overall_faults(trials: Sequence[Trial]) -> Iterator[Fault]:
    """What does not hold of all exercises in one mode taken together."""
    if not all(map(judging.decided, trials)):
        return
    rate = diagnosis([standing(trial) for trial in trials])
    if rate.good < LEAST_DIAGNOSED * rate.total:
        text = f"{rate} wrong entries are told their misconception first; nine in ten must be"
        yield Fault(proof=Proof.DIAGNOSIS, where="the bank", text=text, mode=trials[0].mode)
    if {trial.exercise.slug for trial in trials} == set(exercises()):
        for slug in sorted(set(content()) - _found(trials)):
            text = "no entry of any bank is told this misconception"
            yield Fault(proof=Proof.DIAGNOSIS, where=slug, text=text, mode=trials[0].mode)


def _found(trials: Sequence[Trial]) -> set[str | None]:
    return {
        judging.misconception(behaviour)
        for trial in trials
        for _, verdict in trial.bank
        for behaviour in verdict.behaviours
    }


def exit_code(faults: Sequence[Fault]) -> int:
    """0 all holds, 1 a proof fails, 4 something could not be judged and nothing else is amiss."""
    proofs = {fault.proof for fault in faults}
    if proofs - {Proof.KIT}:
        return 1
    return 4 if proofs else 0
