"""What has been answered, and when each card is due: reviews.json, beside the progress file.

A card that the kit does not have any more stays in the file, and nothing asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from grader.kept import Form, Kept

NAME = "reviews.json"
SCHEMA = "streamdrill.reviews/1"
_SHORT = (1, 3)  # fsrs.State.Learning and .Relearning: steps of minutes
_IN_DAYS = 2  # fsrs.State.Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What fsrs knows of one card, field by field as it writes it. The times are aware."""

    card_id: int
    state: int
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One answer. Of a prediction, what was `said` and what `happened`."""

    card: str
    at: datetime
    rating: int  # 1 again, 2 hard, 3 good, 4 easy
    mentioned: tuple[int, ...] = ()  # the points that the learner ticked, from 1
    points: int = 0  # how many the card has
    said: str = ""
    happened: str = ""


def local_now() -> datetime:
    """Now, in the zone of this machine, whose days are the learner's."""
    return datetime.now().astimezone()


def named(day: date) -> str:
    """A day as people say it."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


@dataclass(slots=True)
class History:
    """All of the file. `log` is in the order of the answers."""

    memories: dict[str, Memory] = field(default_factory=dict)
    log: list[Review] = field(default_factory=list)
    interview_on: date | None = None

    def interview(self, now: datetime) -> date | None:
        """The day of the interview, unless it is today or has passed."""
        known = self.interview_on
        return known if known and now.date() < known else None

    def due(self, slug: str, now: datetime) -> datetime | None:
        """When a card is due, in the zone of `now`; None if it was never asked.

        After an interval of days it is due from the beginning of its day on. Nothing is due after
        the day before the interview.
        """
        memory = self.memories.get(slug)
        if memory is None:
            return None
        due = memory.due.astimezone(now.tzinfo)
        if memory.state == _IN_DAYS:
            due = _begin(due.date(), now)
        interview = self.interview(now)
        return min(due, _limit(interview, memory, now)) if interview else due

    def due_by(self, now: datetime, known: Container[str]) -> list[str]:
        """The cards of those `known` that are due, the most overdue one first."""
        dates = {slug: self.due(slug, now) for slug in self.memories if slug in known}
        due = [(when, slug) for slug, when in dates.items() if when and when <= now]
        return [slug for _, slug in sorted(due)]


def _begin(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo)


def _limit(interview: date, memory: Memory, now: datetime) -> datetime:
    """The begin of the last day; for what has been asked on that day, its end."""
    last = _begin(interview - timedelta(days=1), now)
    return last if memory.last_review < last else last + timedelta(days=1, seconds=-1)


class NotKept(Exception):
    """What the learner answers cannot be written. The text says why, and what helps."""


class Reviews:
    """The history, in one file: see `grader.kept`. What changes it raises `NotKept`."""

    def __init__(self, folder: Path, *, warn: Callable[[str], None]) -> None:
        self._kept = Kept(folder / NAME, _FORM, warn=warn)
        self._warn = warn

    def read(self) -> History:
        """All that is known; nothing, and a warning, if the file cannot be read."""
        try:
            return self._kept.read()
        except OSError as error:
            self._warn(f"what is due is not known: {error}")
            return History()

    def prepare(self, now: datetime) -> None:
        """See that answers can be kept, and forget an interview that has passed."""
        with self._changing() as history:
            if history.interview_on and history.interview_on < now.date():
                history.interview_on = None

    def add(self, review: Review) -> None:
        """Keep an answer, and when its card is due again."""
        from grader.deck.schedule import after  # fsrs: the board need not load it

        with self._changing() as history:
            history.log.append(review)
            history.memories[review.card] = after(history.memories.get(review.card), review)

    def meet(self, interview_on: date | None) -> None:
        """Remember the day of the interview, or that there is none."""
        with self._changing() as history:
            history.interview_on = interview_on

    @contextmanager
    def _changing(self) -> Iterator[History]:
        try:
            with self._kept.changing() as history:
                yield history
        except OSError as error:
            advice = "set STREAMDRILL_STATE to a folder that can be written"
            raise NotKept(f"answers cannot be kept: {error}; {advice}.") from None


def _decode(document: dict[str, Any]) -> History:
    day = document["interview_on"]
    return History(
        memories={slug: _memory(entry) for slug, entry in document["cards"].items()},
        log=[_review(entry) for entry in document["log"]],
        interview_on=date.fromisoformat(day) if day else None,
    )


def _memory(entry: dict[str, Any]) -> Memory:
    state, step = int(entry["state"]), entry["step"]
    if state not in (*_SHORT, _IN_DAYS) or (state in _SHORT) != isinstance(step, int):
        raise ValueError
    stability = float(entry["stability"])
    if not 0 < stability < float("inf"):  # NaN is not, either
        raise ValueError
    return Memory(
        card_id=int(entry["card_id"]),
        state=state,
        step=step,
        stability=stability,
        difficulty=float(entry["difficulty"]),
        due=_moment(entry["due"]),
        last_review=_moment(entry["last_review"]),
    )


def _review(entry: dict[str, Any]) -> Review:
    mentioned = tuple(int(number) for number in entry["mentioned"])
    return Review(**{**entry, "at": _moment(entry["at"]), "mentioned": mentioned})


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _encode(history: History) -> dict[str, Any]:
    return {
        "interview_on": history.interview_on.isoformat() if history.interview_on else None,
        "cards": {slug: _plain(memory) for slug, memory in history.memories.items()},
        "log": [_plain(review) for review in history.log],
    }


def _plain(value: Memory | Review) -> dict[str, Any]:
    return {
        name: each.isoformat() if isinstance(each, datetime) else each
        for name, each in asdict(value).items()
    }


_FORM = Form(schema=SCHEMA, empty=History, decode=_decode, encode=_encode)
