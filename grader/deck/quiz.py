"""A session of questions: one after the other is asked, rated, kept and scheduled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fsrs import Rating
from rich.text import Text

from grader.cards import Card
from grader.deck.asking import Line, Stopped, ask
from grader.deck.questions import Question
from grader.deck.reviews import Review, Reviews, named
from grader.deck.turns import Standing, Turn, due, turns
from grader.predict.asking import NotRun, Predictions
from grader.predict.prediction import Prediction
from grader.terminal import Page

SCHEMA = "streamdrill.quiz/1"


@dataclass(slots=True, kw_only=True)
class Quiz:
    """Asks of `deck` on `page`. `standing` is looked up anew whenever it matters."""

    deck: Mapping[str, Question]
    reviews: Reviews
    standing: Callable[[], Standing]
    page: Page
    line: Line
    predictions: Predictions
    answered: list[Review] = field(default_factory=list)
    stopped: bool = False
    left_out: set[str] = field(default_factory=set)  # what could not be run

    def ask(self, *, number: int, only_due: bool) -> None:
        """Ask so many questions at most. Raises `NotKept`."""
        try:
            while len(self.answered) < number and (waiting := self._waiting(only_due=only_due)):
                turn, done = waiting[0], len(self.answered)
                lead = f"{done + 1} of {min(number, done + len(waiting))}, {turn.why}"
                try:
                    self._keep(self._asked(turn, lead))
                except NotRun as error:
                    self.left_out.add(turn.slug)
                    self.page.print(self.page.wrap(Text(str(error), style="bold yellow")))
        except (Stopped, KeyboardInterrupt):
            self.stopped = True

    def ending(self) -> Iterator[Text]:
        """How it ended: what is kept, and what is due."""
        standing = self.standing()
        count = len(self.answered)
        kept = f"{count} answer{'s are' if count != 1 else ' is'} kept" if count else ""
        if self.stopped:
            said = f"Stopped; {kept or 'nothing was answered'}"
        else:
            said = kept or "Nothing is due" + (", and nothing is new" if self._all_asked else "")
        left = sum(1 for _ in due(self.deck, standing))
        soon = self._next_due(standing)
        if left:
            said += f"; {left} more {'is' if left == 1 else 'are'} due now"
        elif soon:
            said += f"; the next one is due {when(soon, standing.now)}"
        yield from self.page.wrap(Text(f"{said}."))

    def document(self) -> dict[str, Any]:
        """What was answered and what is due, for a program."""
        standing = self.standing()
        history, now = standing.history, standing.now
        soon, interview = self._next_due(standing), history.interview(now)
        waiting = [self.deck[turn.slug] for turn in due(self.deck, standing)]
        return {
            "schema": SCHEMA,
            "now": now.isoformat(timespec="seconds"),
            "interview_on": interview.isoformat() if interview else None,
            "stopped": self.stopped,
            "answered": [self._answer(review, standing) for review in self.answered],
            "due": [_listed(each) | {"due": _due(each.slug, standing)} for each in waiting],
            "next_due": soon.isoformat(timespec="seconds") if soon else None,
        }

    def _waiting(self, *, only_due: bool) -> list[Turn]:
        found = (due if only_due else turns)(self.deck, self.standing())
        return [turn for turn in found if turn.slug not in self.left_out]

    def _keep(self, review: Review) -> None:
        self.reviews.add(review)
        self.answered.append(review)
        self.page.print(self._scheduled(review.card))

    def _asked(self, turn: Turn, lead: str) -> Review:
        question = self.deck[turn.slug]
        if isinstance(question, Prediction):
            found = self.predictions.ask(question, self.page, line=self.line, lead=lead)
            told: dict[str, Any] = {"said": found.said, "happened": found.happened}
            rating = found.rating
        else:
            assert isinstance(question, Card)
            answer = ask(question, self.page, line=self.line, lead=lead)
            told = {"mentioned": answer.mentioned, "points": answer.points}
            rating = answer.rating
        return Review(card=turn.slug, at=self.standing().now, rating=rating.value, **told)

    def _scheduled(self, slug: str) -> Iterator[Text]:
        standing = self.standing()
        comes = standing.history.due(slug, standing.now)
        if comes:
            yield Text(f"  It comes again {when(comes, standing.now)}.", style="dim")
        yield Text()

    @property
    def _all_asked(self) -> bool:
        return set(self.deck) <= set(self.standing().history.memories)

    def _next_due(self, standing: Standing) -> datetime | None:
        known = (standing.history.due(slug, standing.now) for slug in self.deck)
        return min((each for each in known if each and each > standing.now), default=None)

    def _answer(self, review: Review, standing: Standing) -> dict[str, Any]:
        return asdict(review) | {
            "at": review.at.isoformat(timespec="seconds"),
            "rating": Rating(review.rating).name.lower(),
            "due": _due(review.card, standing),
        }


def _listed(question: Question) -> dict[str, Any]:
    fields = ("level", "topic", "question")
    return {"card": question.slug} | {name: getattr(question, name) for name in fields}


def _due(slug: str, standing: Standing) -> str | None:
    comes = standing.history.due(slug, standing.now)
    return comes.isoformat(timespec="seconds") if comes else None


def when(moment: datetime, now: datetime) -> str:
    """A moment that is to come, for a sentence: in how many minutes, or on which day."""
    minutes = -(-(moment - now) // timedelta(minutes=1))
    if minutes <= 0:
        return "now"
    if minutes < 60:
        return f"in {minutes} minute{'s' if minutes != 1 else ''}"
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"today at {moment:%H:%M}"
    return "tomorrow" if days == 1 else f"on {named(moment.date())}"
