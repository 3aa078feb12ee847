"""How much a source is to give in a measurement, and how fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Override = tuple[Callable[..., Any], Callable[[], Any]]  # a dependency, and what takes its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a source is to give. `folder` holds the files that it needs."""

    count: int
    interval: float
    folder: Path
