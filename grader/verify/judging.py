"""Judge the stub, the reference and the bank of an exercise, and say what of it does not hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.catalogue import ROOT, Exercise, exercise
from grader.judge.behaviour import Rule, suite
from grader.judge.sessions import PARALLEL, Grader, Job
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict
from grader.verify.entries import Entry, entries
from grader.verify.fault import Fault, Proof

Tell = Callable[[int, int], None]  # how many of how many files are judged

_LONGEST = 300  # characters of what was observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All verdicts on one exercise in one mode, "virtual" or "real"."""

    exercise: Exercise
    mode: str
    rules: tuple[Rule, ...]
    stub: Verdict
    references: tuple[Verdict, ...]
    bank: tuple[tuple[Entry, Verdict], ...]

    def banked(self, kind: str) -> list[tuple[Entry, Verdict]]:
        return [(entry, verdict) for entry, verdict in self.bank if entry.kind == kind]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `total` things, `good` are as they must be."""

    good: int
    total: int

    @property
    def whole(self) -> bool:
        return self.good == self.total


def judge(
    slugs: Sequence[str], *, real: bool, repeat: int, tell: Tell | None = None
) -> list[Trial]:
    """Judge each stub and entry once, and each reference `repeat` times. Raises `Distrust`."""
    jobs = [job for slug in slugs for job in _jobs(slug, repeat)]
    verdicts: dict[tuple[str, Path], list[Verdict]] = defaultdict(list)
    with Grader(slugs, real=real) as grader:
        parallel = 3 * PARALLEL if real else PARALLEL  # waiting costs no processor
        for number, verdict in enumerate(grader.judge(jobs, parallel=parallel), 1):
            verdicts[verdict.exercise, ROOT / verdict.file].append(verdict)
            if tell is not None:
                tell(number, len(jobs))
    return [_trial(slug, verdicts, mode="real" if real else "virtual") for slug in slugs]


def _jobs(slug: str, repeat: int) -> Iterator[Job]:
    yield Job(slug, exercise(slug).answer("exercises"))
    yield from [Job(slug, exercise(slug).answer("solutions"))] * repeat
    yield from (Job(slug, entry.file) for entry in entries(slug))


def _trial(slug: str, verdicts: dict[tuple[str, Path], list[Verdict]], *, mode: str) -> Trial:
    listed = exercise(slug)
    return Trial(
        exercise=listed,
        mode=mode,
        rules=suite(listed.suite),
        stub=verdicts[slug, listed.answer("exercises")][0],
        references=tuple(verdicts[slug, listed.answer("solutions")]),
        bank=tuple((entry, verdicts[slug, entry.file][0]) for entry in entries(slug)),
    )


def faults(trial: Trial) -> Iterator[Fault]:
    """What does not hold of one exercise in one mode."""
    for verdict in (trial.stub, *trial.references, *(verdict for _, verdict in trial.bank)):
        if verdict.result is Result.KIT_ERROR:
            yield _fault(trial, Proof.KIT, verdict.file, verdict.reason or "a kit error")
    if text := stub_fault(trial.stub):
        yield _fault(trial, Proof.STUB, trial.stub.file, text)
    texts = Counter(filter(None, (reference_fault(v, trial.rules) for v in trial.references)))
    of = len(trial.references)
    for text, count in texts.items():
        said = f"{text} (in {count} of {of} judgements)"
        yield _fault(trial, Proof.REFERENCE, trial.references[0].file, said)
    if text := unsteady(trial.references):
        yield _fault(trial, Proof.REFERENCE, trial.references[0].file, text)
    for entry, verdict in trial.bank:
        if text := entry_fault(entry, verdict):
            proof = Proof.RIGHT if entry.kind == "right" else Proof.WRONG
            yield _fault(trial, proof, verdict.file, text)
    for rule in idle(trial):
        needed = "no wrong entry is caught first" if _essential(rule) else "no entry is left unmet"
        yield _fault(trial, Proof.LOAD_BEARING, rule.id, f"{needed} by it: {rule.sentence}")


def _fault(trial: Trial, proof: Proof, where: str, text: str) -> Fault:
    return Fault(proof=proof, where=where, text=text, exercise=trial.exercise.slug, mode=trial.mode)


def stub_fault(verdict: Verdict) -> str | None:
    """Why a stub's verdict is not that of a stub."""
    reason = verdict.reason or ""
    if _undecided(verdict) or (
        verdict.result is Result.NOT_GRADABLE and reason.startswith("still the stub")
    ):
        return None
    return f"is not told to be still the stub, but {_said(verdict)}"


def reference_fault(verdict: Verdict, rules: Sequence[Rule]) -> str | None:
    """Why a reference's verdict is not that of a reference: all met that this mode can see."""
    if _undecided(verdict):
        return None
    if verdict.result is not Result.PASSED:
        return _said(verdict)
    ids, known = [b.id for b in verdict.behaviours], [rule.id for rule in rules]
    if ids != known:
        return f"the behaviours that were looked for are not those of the suite: {ids}"
    seen = (Outcome.MET, Outcome.NOT_JUDGED) if verdict.mode == "real" else (Outcome.MET,)
    unmet = [b for b in verdict.behaviours if b.outcome not in seen]
    return "; ".join(map(_observed, unmet)) or None


def unsteady(verdicts: Sequence[Verdict]) -> str | None:
    """In what several judgements of one file differ, where nothing may."""
    if len({fingerprint(verdict) for verdict in verdicts}) > 1:
        return "its verdict is not always the same"
    traces: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        for behaviour in verdict.behaviours:
            traces[behaviour.id].add(behaviour.trace)
    differing = [name for name, seen in traces.items() if len(seen) > 1]
    return f"not always the same trace: {', '.join(differing)}" if differing else None


def fingerprint(verdict: Verdict) -> str:
    """What must be the same each time. Times, sizes and fresh data are left out."""
    first = verdict.first_unmet
    evidence = first.evidence if first else None
    line = evidence.line.number if evidence and evidence.line else None
    outcomes = " ".join(f"{b.id}={b.outcome}" for b in verdict.behaviours)
    return f"{verdict.result} {verdict.reason} {misconception(first)}@{line} {outcomes}"


def entry_fault(entry: Entry, verdict: Verdict) -> str | None:
    """Why an entry's verdict is not the one that it must get."""
    if _undecided(verdict):
        return None
    if entry.kind == "right":
        return None if verdict.result is Result.PASSED else _said(verdict)
    if verdict.result is not Result.FAILED:
        return f"a wrong answer that is not caught: {_said(verdict)}"
    first, caught = verdict.first_unmet, entry.caught
    if first is None or caught is None:
        return "its docstring does not say what it is caught by"
    if first.id != caught.behaviour:
        later = any(b.id == caught.behaviour and _is_unmet(b) for b in verdict.behaviours)
        how = "by accident, before" if later else "and never by"
        return f"caught {how} {caught.behaviour}: {_observed(first)}"
    if not diagnosed(entry, verdict):
        idea = misconception(first) or "nothing: not sure"
        return f"taken for {idea}, not for {caught.misconception}: {_observed(first)}"
    return None


def diagnosed(entry: Entry, verdict: Verdict) -> bool:
    """Whether the first thing that a learner is told is the misconception that the entry names."""
    return entry.caught is not None and misconception(verdict.first_unmet) == (
        entry.caught.misconception
    )


def misconception(behaviour: Behaviour | None) -> str | None:
    """The slug of the wrong idea that an unmet behaviour points to."""
    evidence = behaviour.evidence if behaviour else None
    return evidence.misconception.slug if evidence and evidence.misconception else None


def judged(trial: Trial) -> list[Rule]:
    """The behaviours that this mode can see."""
    unseen = {
        b.id for v in trial.references for b in v.behaviours if b.outcome is Outcome.NOT_JUDGED
    }
    return [rule for rule in trial.rules if rule.id not in unseen]


def idle(trial: Trial) -> list[Rule]:
    """The behaviours without which every entry would get the same verdict.

    An essential one has to be the first that a wrong entry leaves unmet; of any other it is enough
    that an entry, right or wrong, leaves it unmet.
    """
    first = {v.first_unmet.id for _, v in trial.banked("wrong") if v.first_unmet}
    unmet = {b.id for _, verdict in trial.bank for b in verdict.behaviours if _is_unmet(b)}
    return [rule for rule in judged(trial) if rule.id not in (first if _essential(rule) else unmet)]


def _essential(rule: Rule) -> bool:
    return rule.level is Level.ESSENTIAL


def _is_unmet(behaviour: Behaviour) -> bool:
    return behaviour.outcome is Outcome.UNMET


def _undecided(verdict: Verdict) -> bool:
    """A kit error is told once, as such."""
    return verdict.result is Result.KIT_ERROR


def _said(verdict: Verdict) -> str:
    """A verdict in a clause."""
    first = verdict.first_unmet
    why = _observed(first) if first else verdict.reason
    word = verdict.result.value.replace("_", " ")
    return f"{word}: {why}" if why else word


def _observed(behaviour: Behaviour) -> str:
    seen = behaviour.evidence.observed if behaviour.evidence else behaviour.reason or ""
    text = " ".join(f"{behaviour.id} is {behaviour.outcome.replace('_', ' ')}: {seen}".split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
