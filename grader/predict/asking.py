"""A prediction is asked on the terminal, and what happens is the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fsrs import Rating

from grader.catalogue import exercise
from grader.deck.asking import Line, rated, understood
from grader.predict.measures import told
from grader.predict.prediction import Prediction
from grader.predict.scene import Seen
from grader.predict.view import outcome, shown
from grader.terminal import Page

if TYPE_CHECKING:
    from grader.judge.zygote import Zygote

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?: *[a-z]+)?", re.ASCII)
_CHOICES = "the number of one of these"


class NotRun(Exception):
    """The snippet could not be run, which is a fault of the kit. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What was predicted, what happened, and how it is rated."""

    said: str
    happened: str
    rating: Rating


class Predictions:
    """Asks predictions, and runs them. A context manager: a process is started for the first one.

    `of` are all that may be asked.
    """

    def __init__(self, of: Iterable[Prediction]) -> None:
        self._sources = {exercise(each.exercise).source for each in of} | {"prices"}
        self._processes = ExitStack()
        self._zygote: Zygote | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._processes.close()

    def ask(self, asked: Prediction, page: Page, *, line: Line, lead: str = "") -> Predicted:
        """Ask, run, and compare. Raises `Stopped`, and `NotRun`."""
        zygote = self._ready()  # it gets ready while the learner thinks
        page.print(shown(asked, page, lead=lead))
        form = _CHOICES if asked.choices else asked.measure.form
        said = understood(partial(value, asked), line, f"What do you expect, {form}?")
        seen = _run(zygote, asked)
        happened = told(asked.measure.of(seen))
        page.print(outcome(asked, seen, said=said, happened=happened, page=page))
        rating = rated(Rating.Good, line) if said == happened else Rating.Again
        return Predicted(said=said, happened=happened, rating=rating)

    def _ready(self) -> Zygote:
        from grader.judge.zygote import Zygote  # only who is asked a prediction needs a judge

        if self._zygote is None:
            self._zygote = self._processes.enter_context(Zygote(self._sources))
        return self._zygote


def _run(zygote: Zygote, asked: Prediction) -> Seen:
    from grader.judge import selfcheck
    from grader.judge.evidence import Distrust, Finding
    from grader.predict.play import play

    try:
        selfcheck.ensure(zygote.address)
        return play(zygote.address, exercise(asked.exercise), asked.file, asked.scene)
    except (Distrust, Finding, OSError) as error:
        raise NotRun(f"{asked.slug} could not be run, and does not count: {error}") from None


def value(asked: Prediction, typed: str) -> str:
    """What was typed, as a value is told. Raises ValueError."""
    form, word = asked.measure.form, typed.lower()
    if asked.choices:
        words = list(asked.choices)
        numbered = {str(number): each for number, each in enumerate(words, 1)}
        if word not in words and word not in numbered:
            raise ValueError(f"type a number from 1 to {len(words)}.")
        return numbered.get(word, word)
    if asked.measure.besides and word == asked.measure.besides:
        return word
    number = _NUMBER.fullmatch(word.replace(",", ""))
    if number is None:
        raise ValueError(f"type {form}.")
    return told(float(number[1]))
