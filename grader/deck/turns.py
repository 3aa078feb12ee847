"""Which question comes next: what is due, what a failure has brought forward, what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.cards import LEVELS
from grader.catalogue import exercises
from grader.deck.questions import Question
from grader.deck.reviews import History
from grader.progress import Record
from grader.verdicts import Result


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and why it is its turn, in a word or two."""

    slug: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the learner stands: what was answered, the last verdicts, and what is solved."""

    history: History
    records: Mapping[str, Record]
    solved: Collection[str]  # slugs of exercises
    now: datetime


def turns(deck: Mapping[str, Question], standing: Standing) -> Iterator[Turn]:
    """Every question that can be asked now, in the order in which to ask them, each once."""
    told = set()
    for turn in (*due(deck, standing), *_forward(deck, standing), *_new(deck, standing)):
        if turn.slug not in told:
            told.add(turn.slug)
            yield turn


def due(deck: Mapping[str, Question], standing: Standing) -> Iterator[Turn]:
    """The questions that are due, the most overdue one first."""
    for slug in standing.history.due_by(standing.now, deck):
        yield Turn(slug, "due")


def _forward(deck: Mapping[str, Question], standing: Standing) -> Iterator[Turn]:
    """What belongs to the exercises that fail, but for what was asked since: the latest first."""
    failed = {
        slug: record
        for slug, record in standing.records.items()
        if record.result is Result.FAILED and slug in exercises()
    }
    for slug, record in sorted(failed.items(), key=lambda item: item[1].since, reverse=True):
        for question in _taught(deck, slug, record):
            if not _asked_since(question.slug, record.since, standing.history):
                yield Turn(question.slug, f"{slug} failed")


def _taught(deck: Mapping[str, Question], exercise: str, record: Record) -> Iterator[Question]:
    """The card that the report named, those of the misconception, and those of the exercise."""
    own = exercises()[exercise].cards
    yield from (deck[record.card],) if record.card in deck else ()
    yield from (each for each in deck.values() if record.misconception in each.misconceptions)
    yield from (deck[slug] for slug in own if slug in deck)
    yield from (each for each in deck.values() if exercise in each.exercises)


def _asked_since(slug: str, since: str, history: History) -> bool:
    memory = history.memories.get(slug)
    if memory is None:
        return False
    return not since or memory.last_review >= datetime.fromisoformat(since)


def _new(deck: Mapping[str, Question], standing: Standing) -> Iterator[Turn]:
    """What was never asked: first of solved exercises, then by level, as the board is ordered."""
    order = list(exercises())

    def place(question: Question) -> tuple[bool, int, int, str]:
        places = [order.index(slug) for slug in question.exercises if slug in order]
        unsolved = not set(standing.solved) & set(question.exercises)
        level = LEVELS.index(question.level)
        return unsolved, level, min(places, default=len(order)), question.slug

    never = (each for each in deck.values() if each.slug not in standing.history.memories)
    yield from (Turn(question.slug, "new") for question in sorted(never, key=place))
