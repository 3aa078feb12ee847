"""What follows from a table of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.catalogue import Exercise, exercises

BASE = "http://127.0.0.1:8000"
PLAIN = replace(exercises()["stock-ticker"], path="/it", example="", saves="")


@pytest.mark.parametrize(
    ("fields", "command"),
    [
        ({}, f"curl -N {BASE}/it"),
        ({"path": "/it/{number}", "example": "/it/1"}, f"curl -N {BASE}/it/1"),
        ({"example": "/it?prompt=a%20b"}, f'curl -N "{BASE}/it?prompt=a%20b"'),
        ({"saves": "it.bin"}, f"curl -o it.bin {BASE}/it"),
    ],
)
def test_the_command_that_shows_it_can_be_copied(fields: dict[str, Any], command: str) -> None:
    assert replace(PLAIN, **fields).curl(BASE) == command


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.slug)
def test_a_path_with_parameters_has_an_example(exercise: Exercise) -> None:
    assert "{" not in exercise.target
