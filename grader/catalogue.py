"""The list of exercises (catalogue.toml) and the paths that follow from it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "catalogue.toml"
# What the kit remembers and makes for itself. A kit that is read-only has it elsewhere.
STATE = Path(os.environ.get("STREAMDRILL_STATE") or ROOT / ".streamdrill").absolute()


class UnknownExercise(LookupError):
    """No exercise has that slug. The text names the slug and the nearest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One endpoint to implement, as its table in the catalogue describes it."""

    slug: str
    title: str
    topic: str
    method: str
    path: str
    example: str = ""  # a target to try, where the path alone is none: it has parameters
    saves: str = ""  # the name that a download is saved under: its bytes are not for a terminal
    source: str = ""  # the module in sources/ that it is given data by, if any
    function: str = ""  # of a client: the function that is called with a base URL
    level: str
    minutes: int
    teaches: str
    hints: tuple[str, ...]
    cards: tuple[str, ...]

    @property
    def module(self) -> str:
        """The slug as a Python name: the stem of every file of this exercise."""
        return self.slug.replace("-", "_")

    @property
    def target(self) -> str:
        """What a request for it asks for, by way of example."""
        return self.example or self.path

    def curl(self, base: str) -> str:
        """The command that shows it by hand, on the server at `base`, such as http://host:8000."""
        url = f"{base}{self.target}"
        quoted = f'"{url}"' if set(url) & set("?&*[]{}") else url
        return f"curl -o {self.saves} {quoted}" if self.saves else f"curl -N {quoted}"

    def answer(self, target: str) -> Path:
        """The file that answers this exercise in the folder `target` of the project."""
        return ROOT / target / self.topic / f"{self.module}.py"

    @property
    def suite(self) -> Path:
        return ROOT / "tests" / "behaviours" / f"test_{self.module}.py"

    @property
    def bank(self) -> Path:
        return ROOT / "tests" / "bank" / self.slug


@cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by slug, in the order of the catalogue."""
    with CATALOGUE.open("rb") as file:
        tables = tomllib.load(file)["exercise"]
    listed = (
        Exercise(**{**t, "hints": tuple(t["hints"]), "cards": tuple(t["cards"])}) for t in tables
    )
    return {exercise.slug: exercise for exercise in listed}


def endpoints() -> dict[str, Exercise]:
    """The exercises that are endpoints, and no clients, by slug."""
    return {slug: each for slug, each in exercises().items() if not each.function}


def exercise(slug: str) -> Exercise:
    """The exercise called `slug`. Raises `UnknownExercise` with the nearest slugs."""
    known = exercises()
    try:
        return known[slug]
    except KeyError:
        near = get_close_matches(slug, known)
        advice = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}."
        raise UnknownExercise(f"there is no exercise {slug!r}; {advice}") from None
