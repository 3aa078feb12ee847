"""What a busy stage tells of its line, when the fault handler does not see it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from greenlet import greenlet  # type: ignore[import-untyped]

from grader.control import TOLD
from grader.stage.where import Learner


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Where to read, and where to write."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_line_is_told_from_within_a_greenlet(pipe: tuple[int, int]) -> None:
    greenlet(Learner(Path(__file__)).tell_line).switch(pipe[1])
    told = os.read(pipe[0], 1 << 16).decode()
    assert told.startswith(f'  File "{__file__}", line ')
    assert told.endswith(f" in test_a_line_is_told_from_within_a_greenlet\n{TOLD}")


def test_where_nothing_runs_it_is_told_what_waits(pipe: tuple[int, int], tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    names: dict[str, Any] = {}
    exec(compile("def waits():\n    yield\n", str(file), "exec"), names)
    waiting = names["waits"]()
    next(waiting)
    Learner(file).tell_line(pipe[1])
    assert os.read(pipe[0], 1 << 16).decode() == f'  Waits "{file}", line 2 in waits\n{TOLD}'
