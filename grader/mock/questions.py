"""Which cards are asked, and why: from what the code did, then from what the exercise is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from grader.cards import LEVELS, Card, cards
from grader.catalogue import exercise, exercises
from grader.mock.content import Change, cards_by_behaviour
from grader.mock.interview import Attempt, Interview, Question, Seen
from grader.verdicts import Level, Outcome, Result

_ABOUT_CODE = 2  # questions, at most, about what the code does as it should
_SAID = 160  # characters of what was observed
_SAYS_LITTLE = ("", "missing-header")  # ideas whose cards are about other headers as well

Asked = tuple[str, Sequence[str]]  # what is said first, and the cards of which one is asked then


def questions(interview: Interview) -> tuple[Question, ...]:
    """The questions of the step that is under way."""
    plan, step = interview.plan, interview.now
    assert step is not None
    dice = plan.dice(f"questions {interview.step}")
    asked = {answer.card for answer in interview.answers}
    chosen: list[Question] = []
    for opener, slugs in _reasons(interview, step.exercise):
        if len(chosen) == plan.questions:
            break
        card = _nearest(slugs, plan.level, dice, skip=asked)
        if card is not None:
            asked.add(card.slug)
            chosen.append(Question(step=interview.step, card=card.slug, opener=opener))
    return tuple(chosen)


def _reasons(interview: Interview, slug: str) -> Iterator[Asked]:
    """Reasons to ask something, the most telling one first."""
    tries = interview.tries(slug)
    last = tries[-1] if tries else None
    unmet = last.not_met() if last else ()
    changed = interview.changed.change if interview.changed else None
    for seen in sorted(unmet, key=lambda seen: not _counts(seen, changed)):
        yield _did_not(seen), _cards_of(seen, slug)
    if changed and changed.exercise == slug:
        yield f"The requirement that changed was this: {changed.words}", changed.cards
    still = {seen.misconception for seen in unmet}
    for number, attempt in enumerate(tries[:-1], 1):
        for seen in attempt.not_met()[:1]:
            if seen.misconception and seen.misconception not in still:
                still.add(seen.misconception)
                yield _did_once(number, seen), _cards_of(seen, slug)
    if last:
        yield from _did(last, interview)
    yield from _about(slug, last)


def _counts(seen: Seen, changed: Change | None) -> bool:
    """Whether what is unmet is essential, or asked for by the requirement that has changed."""
    return seen.level is Level.ESSENTIAL or bool(changed and seen.id in changed.behaviours)


def _did(attempt: Attempt, interview: Interview) -> Iterator[Asked]:
    """What the code does as it should, which the learner has to be able to explain."""
    met = [b for b in attempt.behaviours if b.outcome is Outcome.MET]
    slug = attempt.exercise
    known = [b for b in met if _fitting(slug, cards_by_behaviour().get(b.id, ()))]
    dice = interview.plan.dice(f"met {interview.step}")
    for seen in dice.sample(known, min(len(known), _ABOUT_CODE)):
        yield (
            f'Your answer does this: "{seen.sentence}"',
            _fitting(slug, cards_by_behaviour()[seen.id]),
        )


def _about(slug: str, last: Attempt | None) -> Iterator[Asked]:
    """What the exercise is about, as often as there are cards."""
    chosen = exercise(slug)
    naming = [each.slug for each in cards().values() if slug in each.exercises]
    pool = list(dict.fromkeys([*naming, *chosen.cards]))
    if last is None or last.result is Result.NOT_GRADABLE:
        opener = f'There is no code to talk about yet. Then about "{chosen.title}" in general.'
    else:
        opener = f'Let us step back from your code, and talk about "{chosen.title}" in general.'
    yield opener, pool
    for _ in pool[1:]:
        yield "One more of that kind.", pool


def _did_not(seen: Seen) -> str:
    return f'I ran your answer and looked for this: "{seen.sentence}" What I saw: {_saw(seen)}'


def _did_once(number: int, seen: Seen) -> str:
    return f'Your attempt {number} did not do this: "{seen.sentence}" I saw: {_saw(seen)}'


def _saw(seen: Seen) -> str:
    """What was observed, as the end of a sentence."""
    if len(seen.observed) > _SAID:
        return f"{seen.observed[:_SAID]} ..."
    return seen.observed if seen.observed.endswith((".", "…")) else f"{seen.observed}."


def _cards_of(seen: Seen, slug: str) -> Sequence[str]:
    """The cards of a misconception or of the behaviour, as far as they fit the exercise.

    Where none does, what is essential is worth the exercise's first card, and the rest nothing.
    """
    of_idea = [card.slug for card in cards().values() if seen.misconception in card.misconceptions]
    by_behaviour = cards_by_behaviour().get(seen.id, ())
    essential = seen.level is Level.ESSENTIAL
    pools = [of_idea, by_behaviour]
    if seen.misconception in _SAYS_LITTLE or not essential:
        pools.reverse()
    fitting = next(filter(None, (_fitting(slug, pool) for pool in pools)), [])
    return fitting or (exercise(slug).cards[:1] if essential else ())


def _fitting(slug: str, pool: Sequence[str]) -> list[str]:
    """Those of the cards that name an exercise, else those that name one of its kin."""
    kin = _kin(slug)
    named = [each for each in pool if each in cards() and kin & {*cards()[each].exercises}]
    return [each for each in named if slug in cards()[each].exercises] or named


def _kin(slug: str) -> set[str]:
    """The exercises of the same topic, and of that of the endpoint that a client is for."""
    every = exercises().values()
    topics = {each.topic for each in every if each.path == exercise(slug).path}
    return {each.slug for each in every if each.topic in topics}


def _nearest(pool: Sequence[str], level: str, dice: Random, *, skip: set[str]) -> Card | None:
    """The card whose level is nearest to the one asked for, by chance where several are."""
    free = [cards()[slug] for slug in pool if slug in cards() and slug not in skip]
    if not free:
        return None
    wanted = LEVELS.index(level)

    def far(card: Card) -> tuple[int, bool]:
        away = LEVELS.index(card.level) - wanted
        return abs(away), away > 0

    least = min(map(far, free))
    return dice.choice([card for card in free if far(card) == least])
