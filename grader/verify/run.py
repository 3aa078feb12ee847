"""One run of `grade verify`: the files and names first, then the judging, mode by mode."""

from __future__ import annotations

from collections.abc import Sequence

from grader.catalogue import exercise, exercises
from grader.judge.evidence import Distrust
from grader.verify import judging
from grader.verify.fault import Fault, Proof
from grader.verify.judging import Trial
from grader.verify.report import Verification
from grader.verify.standing import overall_faults, standing
from grader.verify.structure import Names, missing, orphans


def verify(
    slugs: Sequence[str], *, modes: Sequence[str], repeat: int, color: str
) -> tuple[Verification, list[Trial]]:
    """Prove what has to hold of the exercises called `slugs`, and return all verdicts as well.

    What belongs to no exercise is looked at only if all of them are.
    """
    found = structure(slugs)
    trials = []
    for mode in modes:
        faults, judged = _judge(slugs, mode=mode, repeat=repeat, color=color)
        found += faults
        trials += judged
    standings = tuple(standing(trial) for trial in trials)
    verification = Verification(
        modes=tuple(modes), repeat=repeat, standings=standings, faults=tuple(found)
    )
    return verification, trials


def structure(slugs: Sequence[str]) -> list[Fault]:
    """What does not hold of the files and names."""
    names = Names.known()
    found = list(missing(names))
    if set(slugs) == set(exercises()):
        return [*found, *orphans(names)]
    return [fault for fault in found if fault.exercise in slugs]


def _judge(
    slugs: Sequence[str], *, mode: str, repeat: int, color: str
) -> tuple[list[Fault], list[Trial]]:
    there = [slug for slug in slugs if _can_be_judged(slug)]
    if not there:
        return [], []
    try:
        trials = judging.judge(there, real=mode == "real", repeat=repeat, color=color)
    except Distrust as error:
        return [Fault(proof=Proof.KIT, where="the judge", text=str(error), mode=mode)], []
    faults = [fault for trial in trials for fault in judging.faults(trial)]
    return [*faults, *overall_faults(trials)], trials


def _can_be_judged(slug: str) -> bool:
    """Whether there is anything to judge; what is missing was told already."""
    listed = exercise(slug)
    files = (listed.answer("exercises"), listed.answer("solutions"), listed.suite)
    return all(file.is_file() for file in files)
