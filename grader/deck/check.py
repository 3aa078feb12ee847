"""What a card claims and nothing stands for: evidence, versions and links that are not there."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from grader.cards import Card, cards
from grader.catalogue import ROOT, Exercise, exercises
from grader.deck.questions import Question
from grader.judge.diagnosis import content
from grader.predict.prediction import Prediction, predictions
from grader.predict.sources import FILL

WIDEST = 78  # characters of a line of a snippet, which is shown two in


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """All that cards name, and all that names cards."""

    cards: Mapping[str, Card]
    exercises: Mapping[str, Exercise]
    misconceptions: Mapping[str, Mapping[str, Any]]
    predictions: Mapping[str, Prediction]

    @classmethod
    def known(cls) -> Linked:
        return cls(
            cards=cards(),
            exercises=exercises(),
            misconceptions=content(),
            predictions=predictions(),
        )


def faults(linked: Linked) -> Iterator[str]:
    """What is wrong, a clause each, with the file that it stands in."""
    for card in linked.cards.values():
        for text in (*_evidence(card), *_versions(card), *_links(card, linked)):
            yield f"interview/{card.slug}.md: {text}"
    for slug, prediction in linked.predictions.items():
        file = f"interview/predict/{slug}.md"
        yield from (f"{file}: {text}" for text in _links(prediction, linked))
        yield from (f"{file}: {text}" for text in _playable(prediction, linked))
        yield from _dead(file, slug, prediction.cards, linked)
    for exercise in linked.exercises.values():
        yield from _dead("catalogue.toml", exercise.slug, exercise.cards, linked)
    for slug, table in linked.misconceptions.items():
        yield from _dead("grader/misconceptions.toml", slug, [str(table.get("card"))], linked)


def _evidence(card: Card) -> Iterator[str]:
    if not card.evidence:
        yield "has no evidence"
    for test in card.tests:
        file, _, name = test.partition("::")
        if name not in _tests(ROOT / file):
            yield f"names the test {test}, which does not exist"
    if card.tests and not card.versions:
        yield "is run by a test, and does not say for which versions it holds"


@cache
def _tests(file: Path) -> Collection[str]:
    if not file.is_file():
        return ()
    tree = ast.parse(file.read_bytes())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def _versions(card: Card) -> Iterator[str]:
    """What is not installed here, as nginx and a browser, cannot be compared."""
    for text in card.versions:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            yield f"names the versions {text!r}, which is no requirement such as fastapi==0.165.*"
            continue
        installed = _installed(requirement.name)
        if installed and not requirement.specifier.contains(installed, prereleases=True):
            yield f"holds for {text}, and {installed} is installed: run its tests, then say so"


@cache
def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _playable(prediction: Prediction, linked: Linked) -> Iterator[str]:
    exercise = linked.exercises.get(prediction.exercise)
    if exercise and exercise.source not in FILL:
        yield f"is about {exercise.slug}, whose source no scene can fill"
    if prediction.slug in linked.cards:
        yield "has the name of a card"
    if any(len(line) > WIDEST for line in prediction.code.splitlines()):
        yield f"shows a snippet with lines of more than {WIDEST} characters"


def _links(card: Question, linked: Linked) -> Iterator[str]:
    for slug in card.exercises:
        if slug not in linked.exercises:
            yield f"names the exercise {slug}, which does not exist{_near(slug, linked.exercises)}"
    for slug in card.misconceptions:
        if slug not in linked.misconceptions:
            near = _near(slug, linked.misconceptions)
            yield f"names the misconception {slug}, which does not exist{near}"


def _dead(file: str, slug: str, named: Iterable[str], linked: Linked) -> Iterator[str]:
    for card in named:
        if card not in linked.cards:
            near = _near(card, linked.cards)
            yield f"{file}: {slug} names the card {card}, which does not exist{near}"


def _near(slug: str, known: Iterable[str]) -> str:
    near = get_close_matches(slug, list(known), n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""
