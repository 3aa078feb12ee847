"""All that a learner can be asked: the cards, and the predictions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from grader.cards import FOLDER, cards
from grader.catalogue import exercises
from grader.platforms import WINDOWS
from grader.predict.prediction import PREDICTIONS, predictions


class Question(Protocol):
    """What a card and a prediction have in common."""

    @property
    def slug(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def exercises(self) -> tuple[str, ...]: ...
    @property
    def misconceptions(self) -> tuple[str, ...]: ...


def questions() -> Mapping[str, Question]:
    """Every question by slug, without predictions where nothing can be run. Raises `CardError`."""
    return cards() if WINDOWS else {**cards(), **predictions()}


def slugs() -> set[str]:
    """The slugs of all questions, without reading them."""
    folders: tuple[Path, ...] = (FOLDER, PREDICTIONS)
    return {file.stem for folder in folders for file in folder.glob("*.md")}


def belongs(question: Question, exercise: str) -> bool:
    """Whether a question and an exercise name one another."""
    return exercise in question.exercises or question.slug in exercises()[exercise].cards
