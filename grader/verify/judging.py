"""Judge the stub, the reference and the bank of an exercise, and say what of it does not hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.bar import bar
from grader.catalogue import ROOT, Exercise, exercise
from grader.judge.behaviour import Rule, suite
from grader.judge.sessions import Grader, Job
from grader.verdicts import Behaviour, Level, Outcome, Result, Verdict
from grader.verify.entries import Entry, entries
from grader.verify.fault import Fault, Proof

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


def judge(slugs: Sequence[str], *, real: bool, repeat: int, color: str = "never") -> list[Trial]:
    """Judge each stub and entry once, and each reference `repeat` times. Raises `Distrust`."""
    bank = {slug: entries(exercise(slug)) for slug in slugs}
    jobs = [job for slug in slugs for job in _jobs(slug, bank[slug], repeat=repeat)]
    found: dict[tuple[str, Path], list[Verdict]] = defaultdict(list)
    name = f"{len(jobs)} files on real time" if real else f"{len(jobs)} files"
    with Grader(slugs, real=real) as grader, bar(name, total=len(jobs), color=color) as show:
        for number, verdict in enumerate(grader.judge(jobs), 1):
            found[verdict.exercise, ROOT / verdict.file].append(verdict)
            if show is not None:
                show(number)
    return [
        Trial(
            exercise=exercise(slug),
            mode="real" if real else "virtual",
            rules=suite(exercise(slug).suite),
            stub=found[slug, exercise(slug).answer("exercises")][0],
            references=tuple(found[slug, exercise(slug).answer("solutions")]),
            bank=tuple((entry, found[slug, entry.file][0]) for entry in bank[slug]),
        )
        for slug in slugs
    ]


def _jobs(slug: str, bank: Sequence[Entry], *, repeat: int) -> Iterator[Job]:
    yield Job(slug, exercise(slug).answer("exercises"))
    yield from [Job(slug, exercise(slug).answer("solutions"))] * repeat
    yield from (Job(slug, entry.file) for entry in bank)


def faults(trial: Trial) -> Iterator[Fault]:
    """What does not hold of one exercise in one mode."""
    if text := stub_fault(trial.stub):
        yield _fault(trial, Proof.STUB, trial.stub, text)
    yield from _reference_faults(trial)
    for entry, verdict in trial.bank:
        if text := entry_fault(entry, verdict):
            yield _fault(trial, Proof(entry.kind), verdict, text)
    for rule in idle(trial) if decided(trial) else ():
        needed = "no wrong entry is caught first" if _essential(rule) else "no entry is left unmet"
        yield Fault(
            proof=Proof.LOAD_BEARING,
            where=rule.id,
            text=f"{needed} by it: {rule.sentence}",
            exercise=trial.exercise.slug,
            mode=trial.mode,
        )


def _reference_faults(trial: Trial) -> Iterator[Fault]:
    """What is wrong with a reference in several judgements is told once."""
    told = [(verdict, reference_fault(verdict, trial.rules)) for verdict in trial.references]
    for text, count in Counter(text for _, text in told if text).items():
        verdict = next(verdict for verdict, said in told if said == text)
        often = f"{text} (in {count} of {len(told)} judgements)"
        yield _fault(trial, Proof.REFERENCE, verdict, often)
    if differing := unsteady([verdict for verdict, said in told if said is None]):
        yield _fault(trial, Proof.REFERENCE, told[0][0], differing)


def _fault(trial: Trial, proof: Proof, verdict: Verdict, text: str) -> Fault:
    return Fault(
        proof=Proof.KIT if verdict.result is Result.KIT_ERROR else proof,
        where=verdict.file,
        text=text,
        exercise=trial.exercise.slug,
        mode=trial.mode,
    )


def stub_fault(verdict: Verdict) -> str | None:
    """Why a stub's verdict is not that of a stub."""
    reason = verdict.reason or ""
    if verdict.result is Result.NOT_GRADABLE and reason.startswith("still the stub"):
        return None
    return f"is not told to be still the stub, but {_said(verdict)}"


def reference_fault(verdict: Verdict, rules: Sequence[Rule]) -> str | None:
    """Why a reference's verdict is not that of a reference: all met that this mode can see."""
    if verdict.result is not Result.PASSED:
        return _said(verdict)
    ids, known = [b.id for b in verdict.behaviours], [rule.id for rule in rules]
    if ids != known:
        return f"the behaviours that were looked for are not those of the suite: {ids}"
    seen = (Outcome.MET, Outcome.NOT_JUDGED) if verdict.mode == "real" else (Outcome.MET,)
    return "; ".join(_observed(b) for b in verdict.behaviours if b.outcome not in seen) or None


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
    if entry.kind == "right":
        return None if verdict.result is Result.PASSED else _said(verdict)
    if verdict.result is Result.KIT_ERROR:
        return _said(verdict)
    if unseen(entry, verdict):
        return None
    if verdict.result is not Result.FAILED:
        return f"a wrong answer that is not caught: {_said(verdict)}"
    first, caught = verdict.first_unmet, entry.caught
    if first is None or caught is None:
        return "its docstring does not say what it is caught by"
    if first.id != caught.behaviour:
        later = any(b.id == caught.behaviour and _is_unmet(b) for b in verdict.behaviours)
        how = "by accident, before" if later else "by another behaviour than"
        return f"caught {how} {caught.behaviour}: {_observed(first)}"
    if not diagnosed(entry, verdict):
        idea = misconception(first) or "nothing: not sure"
        return f"taken for {idea}, not for {caught.misconception}: {_observed(first)}"
    return None


def unseen(entry: Entry, verdict: Verdict) -> bool:
    """Whether what is wrong with an entry is about time, which real time cannot show."""
    outcomes = {b.id: b.outcome for b in verdict.behaviours}
    caught = entry.caught
    return caught is not None and outcomes.get(caught.behaviour) is Outcome.NOT_JUDGED


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


def decided(trial: Trial) -> bool:
    """Whether the judge has come to a verdict on every entry."""
    return all(verdict.result is not Result.KIT_ERROR for _, verdict in trial.bank)


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


def _said(verdict: Verdict) -> str:
    """A verdict in a clause."""
    first = verdict.first_unmet
    if verdict.result is Result.KIT_ERROR:
        why = _breakdown(verdict)
    else:
        why = _observed(first) if first else verdict.reason or ""
    word = verdict.result.value.replace("_", " ")
    return f"{word}: {why}" if why else word


def _breakdown(verdict: Verdict) -> str:
    """What broke: the reason, and the last line of the traceback in the first broken behaviour."""
    broken = [b for b in verdict.behaviours if b.outcome is Outcome.KIT_ERROR]
    last = (broken[0].reason or "").strip().splitlines()[-1:] if broken else []
    return ": ".join(filter(None, [verdict.reason, *last]))


def _observed(behaviour: Behaviour) -> str:
    seen = behaviour.evidence.observed if behaviour.evidence else behaviour.reason or ""
    text = " ".join(f"{behaviour.id} is {behaviour.outcome.replace('_', ' ')}: {seen}".split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
