"""What there is to tell of an interview, whatever the form of the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.cards import cards
from grader.catalogue import exercise
from grader.mock.content import cards_by_behaviour
from grader.mock.interview import Attempt, Interview, Seen, time_of
from grader.mock.plan import Kind
from grader.verdicts import Level, Outcome, Result

WORDS = {
    Result.PASSED: "passed",
    Result.FAILED: "failed",
    Result.NOT_GRADABLE: "could not be judged",
    Result.KIT_ERROR: "a fault of the kit",
}
_MOST = 6  # cards to read, and exercises to practise


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of what happened. `kind` is "attempt", "answer" or "change"."""

    at: float
    kind: str
    text: str
    good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Something to do next, and why."""

    command: str  # without the program's own name
    why: str


def title(interview: Interview) -> str:
    return f"Mock interview, {interview.plan.level}, {interview.began:%d %B %Y}"


def facts(interview: Interview) -> Iterator[tuple[str, str]]:
    """What the interview was, in names and values."""
    plan = interview.plan
    names = " and ".join(exercise(slug).title for slug in plan.exercises)
    yield "exercises", names
    yield "time", f"{time_of(interview.elapsed)} of {time_of(plan.seconds)}, {interview.ended}"
    again = f"--level {plan.level} --minutes {plan.minutes} --seed {plan.seed}"
    yield "again", f"grade mock {again}"
    yield "began", f"{interview.began:%Y-%m-%d %H:%M}"


def outcome(interview: Interview, slug: str) -> str:
    """How far the code of one exercise came, in a clause."""
    tries = interview.tries(slug)
    if not tries:
        return "not attempted" if _reached(interview, slug) else "not reached"
    passed = next((a for a in tries if a.result is Result.PASSED), None)
    count = f"{len(tries)} attempt{'' if len(tries) == 1 else 's'}"
    if passed is None:
        return f"not passed, {count}"
    fell = "" if tries[-1].result is Result.PASSED else ", but not in the end"
    return f"passed after {time_of(passed.at)}, {count}{fell}"


def _reached(interview: Interview, slug: str) -> bool:
    return any(step.exercise == slug for step in interview.plan.steps[: interview.step + 1])


def tally(attempt: Attempt) -> Iterator[tuple[Level, int, int]]:
    """For each level: how many behaviours are met, and how many there are."""
    for level in Level:
        if total := attempt.count(level):
            yield level, attempt.count(level, Outcome.MET), total


def changed(interview: Interview) -> tuple[tuple[Seen, ...], bool]:
    """What the changed requirement asked for, as the last attempt has it, and whether it is met.

    Nothing, where it came but there was no code by then that could be judged.
    """
    assert interview.changed is not None
    change = interview.changed.change
    tries = [a for a in interview.tries(change.exercise) if a.behaviours]
    last = tries[-1].behaviours if tries else ()
    seen = tuple(b for b in last if b.id in change.behaviours)
    return seen, bool(seen) and all(b.outcome is Outcome.MET for b in seen)


def points(interview: Interview) -> tuple[int, int]:
    """How many points were mentioned in all answers, and how many there were."""
    said = sum(len(answer.mentioned) for answer in interview.answers)
    return said, said + sum(len(answer.missed) for answer in interview.answers)


def moments(interview: Interview) -> list[Moment]:
    """What happened, in the order in which it did."""
    found = [*_attempts(interview), *_answers(interview)]
    if interview.changed:
        slug = interview.changed.change.exercise
        text = f"the requirement changes: {exercise(slug).title}"
        found.append(Moment(at=interview.changed.at, kind="change", text=text))
    return sorted(found, key=lambda moment: moment.at)


def _attempts(interview: Interview) -> Iterator[Moment]:
    numbers: dict[str, int] = {}
    for made in interview.attempts:
        broken = made.result is Result.KIT_ERROR
        number = numbers[made.exercise] = numbers.get(made.exercise, 0) + (not broken)
        counts = ", ".join(f"{level} {met} of {total}" for level, met, total in tally(made))
        which = "no attempt" if broken else f"attempt {number}"
        said = f"{exercise(made.exercise).title}, {which}: {WORDS[made.result]}"
        text = f"{said} ({counts})" if counts else said
        yield Moment(at=made.at, kind="attempt", text=text, good=made.result is Result.PASSED)


def _answers(interview: Interview) -> Iterator[Moment]:
    for answer in interview.answers:
        total = len(answer.mentioned) + len(answer.missed)
        text = f"{answer.question} {len(answer.mentioned)} of {total} points"
        yield Moment(at=answer.at, kind="answer", text=text, good=not answer.missed)


def exercises_next(interview: Interview) -> list[Practice]:
    """The exercises to go back to, and why."""
    found = []
    for slug in interview.plan.exercises:
        tries = interview.tries(slug)
        last = tries[-1] if tries else None
        unmet = last.not_met() if last else ()
        if last is None or last.result is not Result.PASSED:
            why = unmet[0].sentence if unmet else "There was nothing yet that could be judged."
            found.append(Practice(command=f"watch {slug}", why=why))
        elif wanted := _wanted(interview, slug):
            found.append(Practice(command=f"watch {slug}", why=wanted))
        elif unmet:
            found.append(Practice(command=f"watch {slug}", why=unmet[0].sentence))
    return found


def _wanted(interview: Interview, slug: str) -> str:
    """The first thing that the changed requirement asked for and did not get."""
    if interview.changed is None or interview.changed.change.exercise != slug:
        return ""
    missing = [b for b in changed(interview)[0] if b.outcome is not Outcome.MET]
    return missing[0].sentence if missing else ""


def cards_next(interview: Interview) -> list[Practice]:
    """The cards to read: those whose points were missed, then those of what is unmet."""
    found = {
        answer.card: f"{len(answer.missed)} of its points "
        f"{'was' if len(answer.missed) == 1 else 'were'} not mentioned"
        for answer in sorted(interview.answers, key=lambda answer: -len(answer.missed))
        if answer.missed
    }
    asked = {answer.card for answer in interview.answers}
    for slug in interview.plan.exercises:
        for seen in tries[-1].not_met() if (tries := interview.tries(slug)) else ():
            named = [*([seen.card] if seen.card else []), *cards_by_behaviour().get(seen.id, ())]
            fitting = [each for each in named if each in cards() and each not in asked]
            if fitting:
                found.setdefault(fitting[0], seen.sentence)
    known = [(slug, why) for slug, why in found.items() if slug in cards()]
    return [Practice(command=f"cards show {slug}", why=why) for slug, why in known[:_MOST]]


def steps(interview: Interview) -> Iterator[tuple[Kind, str, float, float]]:
    """Kind, exercise, begin and end of each step that was begun."""
    begins = (0.0, *interview.ends)
    ends = (*interview.ends, interview.elapsed)
    for step, begin, end in zip(interview.plan.steps, begins, ends, strict=False):
        yield step.kind, step.exercise, begin, end
