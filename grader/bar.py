"""A bar on standard error while something long is done, if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(
    name: str, *, total: float, color: str, doing: str = "judging"
) -> Iterator[Callable[[float], None] | None]:
    """Give what to call with how much of `total` is done, or None where there is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn

    from grader.terminal import console

    columns = TextColumn(doing + " {task.description}"), BarColumn(bar_width=30)
    with Progress(*columns, console=console(color, stderr=True), transient=True) as shown:
        task = shown.add_task(name, total=total)
        yield lambda done: shown.update(task, completed=done)
