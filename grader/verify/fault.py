"""What does not hold, as `grade verify` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Proof(StrEnum):
    """What a fault is a fault of."""

    STRUCTURE = "structure"
    STUB = "stub"
    REFERENCE = "reference"
    RIGHT = "right"
    WRONG = "wrong"
    LOAD_BEARING = "load_bearing"
    DIAGNOSIS = "diagnosis"
    KIT = "kit"  # a judgement that came to nothing: neither proof nor refutation

    @property
    def word(self) -> str:
        return self.value.replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that does not hold. `where` is a file or a name, `text` a clause about it."""

    proof: Proof
    where: str
    text: str
    exercise: str = ""
    mode: str = ""  # "virtual" or "real"; empty for what is no judgement


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What to add about a name that does not exist: the nearest that does, if one is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
