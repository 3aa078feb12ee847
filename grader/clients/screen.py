"""What a client gives, on the screen as it comes: a bar, tokens, lines, or a small table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from grader.stage.plain import plain
from grader.terminal import Page

MOST = 60  # items that are shown line by line; the others are counted

Tell = Callable[..., None]


class Screen:
    """Where one client is shown."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._inside = False  # of a line of tokens
        self.count = 0

    def item(self, value: Any) -> None:
        """An item of a generator: a text goes on where the last one ended, others take a line."""
        self.count += 1
        if isinstance(value, str):
            self._inside = True
            text = "\n".join(self._page.visible(line) for line in value.split("\n"))
            self._page.console.print(Text(text), end="", soft_wrap=True)
        elif self.count <= MOST:
            self._line(json.dumps(plain(value), ensure_ascii=False))
        elif self.count == MOST + 1:
            self._line(self._page.glyph("ellipsis"))

    def result(self, value: Any) -> None:
        """What a coroutine has returned."""
        found = plain(value)
        if isinstance(found, dict) and {"buffered", "streamed", "same"} <= found.keys():
            self._compared(found)
        elif found is not None:
            self._line(json.dumps(found, ensure_ascii=False))

    def note(self, *values: Any) -> None:
        """What a callback was told that has no bar."""
        self._line(" ".join(str(plain(value)) for value in values))

    def end(self) -> None:
        """End the line of tokens, if there is one."""
        if self._inside:
            self._page.console.print()
            self._inside = False

    def _line(self, text: str) -> None:
        self._page.print(iter([self._page.one_line(Text(f"  {self._page.visible(text)}"))]))

    def _compared(self, found: Mapping[str, Any]) -> None:
        table = Table(box=None, padding=(0, 2))
        table.add_column("")
        for name in ("first byte", "total", "size", "peak"):
            table.add_column(name, justify="right")
        for name in ("buffered", "streamed"):
            table.add_row(name, *_cells(found[name]))
        self._page.console.print(table)
        self._line("both hold the same records" if found["same"] else "the records differ")

    @contextmanager
    def downloads(self) -> Iterator[Tell]:
        """A bar for progress(received, total), in bytes."""
        with self._bar("received", DownloadColumn()) as tell:
            yield lambda received, total=None: tell(received, total, "received")

    @contextmanager
    def steps(self) -> Iterator[Tell]:
        """A bar for on_progress(percent, text)."""
        with self._bar("", TextColumn("{task.completed:.0f} %")) as tell:
            yield lambda percent, text="": tell(percent, 100, self._page.visible(str(text)))

    @contextmanager
    def _bar(self, name: str, figures: ProgressColumn) -> Iterator[Tell]:
        columns = BarColumn(bar_width=30), figures, TextColumn("{task.description}", markup=False)
        with Progress(TextColumn(" "), *columns, console=self._page.console) as shown:
            task = shown.add_task(name, total=None)
            yield lambda done, total, text: shown.update(
                task, completed=done, total=total, description=text
            )


def _cells(measured: Mapping[str, Any]) -> Iterator[str]:
    for name in ("first_byte", "total"):
        yield f"{measured[name] * 1000:,.1f} ms"
    for name in ("size", "peak"):
        yield f"{measured[name]:,} bytes"
