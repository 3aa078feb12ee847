"""The predictions: a Markdown file each in interview/predict/, and the snippet beside it.

It is written like a card, and its TOML says what is done with the snippet (`scene`) and what is
asked of it (`asks`). The text below the question is read after the run. No answer stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from grader.cards import FOLDER, Parts, complain, lacking, parted
from grader.predict.measures import MEASURES, Measure
from grader.predict.scene import Scene, scene

PREDICTIONS = FOLDER / "predict"
_KEYS = {"level", "topic", "exercise", "cards", "misconceptions", "asks", "scene", "choices"}
_LISTS = {"cards", "misconceptions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A snippet, and a question about what happens when it is run."""

    slug: str
    question: str
    why: str  # read after the run, in Markdown
    level: str
    topic: str
    exercise: str  # the snippet is an answer to it, a right or a wrong one
    cards: tuple[str, ...]  # to be read next
    misconceptions: tuple[str, ...]
    asks: str  # one of MEASURES
    scene: Scene
    choices: Mapping[str, str]  # a text for each value, where the values are words
    file: Path  # the snippet

    @property
    def exercises(self) -> tuple[str, ...]:
        return (self.exercise,)

    @property
    def measure(self) -> Measure:
        return MEASURES[self.asks]

    @property
    def code(self) -> str:
        return self.file.read_text(encoding="utf-8")


@cache
def predictions() -> dict[str, Prediction]:
    """Every prediction by slug, in alphabetical order. Raises `CardError`."""
    return {file.stem: read(file) for file in sorted(PREDICTIONS.glob("*.md"))}


def read(file: Path) -> Prediction:
    """The prediction in `file`. Raises `CardError`."""
    found = parted(file)
    parts = Parts({"choices": {}, **found.table} if found.table else {}, found.heading, found.text)
    table = parts.table
    snippet = file.with_suffix(".py")
    complain(file, chain(lacking(parts, keys=_KEYS, lists=_LISTS), _lacking(table, snippet)))
    return Prediction(
        slug=file.stem,
        question=parts.question,
        why=parts.text,
        level=table["level"],
        topic=table["topic"],
        exercise=table["exercise"],
        cards=tuple(table["cards"]),
        misconceptions=tuple(table["misconceptions"]),
        asks=table["asks"],
        scene=scene(table["scene"]),
        choices=table["choices"],
        file=snippet,
    )


def _lacking(table: Mapping[str, Any], snippet: Path) -> Iterator[str]:
    if not snippet.is_file():
        yield f"its snippet, {snippet.name}"
    if table["asks"] not in MEASURES:
        yield f"something to ask: one of {', '.join(MEASURES)}"
        return
    if set(table["choices"]) - set(MEASURES[table["asks"]].words):
        yield f"choices that fit: {', '.join(MEASURES[table['asks']].words) or 'none'}"
    if MEASURES[table["asks"]].words and len(table["choices"]) < 2:
        yield "a text for each of two choices at least"
    try:
        scene(table["scene"])
    except ValueError as error:
        yield str(error)
