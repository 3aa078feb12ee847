"""The first pass of the quick start, from the first command to the last, as a newcomer takes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.catalogue import exercise

from .newcomer import THIS_REPOSITORY, Ran, Terminal, repository, set_up
from .page import Block, of_kind

CLONING, *STEPS = of_kind("sh walk", "python answer", "python passes")
ANSWER = exercise("stock-ticker").answer("exercises").relative_to(Path(__file__).parents[3])


class Walk:
    """A clone that is set up, and what each block of `STEPS` printed since `take` was called."""

    def __init__(self, folder: Path) -> None:
        origin = repository(folder / "origin")
        self._terminal = Terminal(folder)
        clone = self._terminal.run(CLONING.text.replace(THIS_REPOSITORY, str(origin)))
        self.ran = {CLONING.line: clone}
        self.clone = self._terminal.folder
        assert clone.code == 0, clone.output
        set_up(self.clone)
        self._answer = self.clone / ANSWER
        self._stub = self._answer.read_text()

    def run(self, commands: str) -> Ran:
        """Run commands in the clone."""
        return self._terminal.run(commands)

    def take(self) -> Walk:
        """Take all steps, in the order of the page."""
        self.ran |= {step.line: self._step(step) for step in STEPS}
        return self

    def _step(self, block: Block) -> Ran:
        if block.kind == "sh walk":
            return self.run(block.text)
        if block.kind == "python passes":
            with self._aside():
                self._put(block.text)
                return self.run("./grade run stock-ticker")
        self._put(block.text)
        return Ran(f"written to {ANSWER}", 0)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        mine = self._answer.read_text()
        try:
            yield
        finally:
            self._answer.write_text(mine)

    def _put(self, text: str) -> None:
        """Write `text` in the place of the stub's function, and `import json` above the imports."""
        above, route, _ = self._stub.partition("@router.get(")
        assert route
        first = "from fastapi import"
        assert first in above
        above = above.replace(first, f"import json\n\n{first}", 1)
        self._answer.write_text(above + text)
