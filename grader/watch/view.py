"""The screen of `grade watch`: what it is about, what is shown, and the keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from grader.catalogue import Exercise
from grader.terminal import Page
from grader.watch.inputs import LEAVE

Keys = Sequence[tuple[str, str, str]]  # the key, its name in a word, and what it does

KEYS: Keys = (
    ("n", "next", "go on to the next exercise that is not passed"),
    ("h", "hint", "show a hint; once more shows one more"),
    ("l", "list", "show the board"),
    ("t", "trace", "draw the wire of this exercise"),
    ("a", "all", "judge every exercise that has been begun"),
    ("r", "reset", "put the stub back; your file is kept aside"),
    ("m", "more", "show everything, and not only what fits"),
    ("?", "help", "show these keys"),
    (LEAVE, "quit", "leave"),
)
JUDGING, WATCHING = "judging", "watching"  # what is being done with the exercise
STARTING = Text("the judge is starting ...", style="dim")
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_TO_THE_TOP, _BACK = "\x1b7\x1b[H", "\x1b8"


@dataclass(slots=True)
class View:
    """Draws a screen at a time. Where the output is no terminal, it only writes lines."""

    page: Page
    keys: Keys = KEYS

    def draw(self, heading: Text, body: Iterable[Text], *, whole: bool, note: str) -> None:
        """Show `body`, from its top as far as it fits, or all of it."""
        lines = [*self.page.heading(heading), *body]
        console = self.page.console
        if not console.is_terminal:
            self.page.print(iter(lines))
            return
        console.file.write(_CLEAR)
        footer = list(self._footer(note))
        room = self._room(footer)
        if not whole and self._height(lines) > room:
            lines = self._fitting(lines, room - 1)
            lines.append(Text("  ... m shows the rest", style="dim"))
        self.page.print(iter([*lines, *footer]))
        console.file.flush()

    def fits(self, heading: Text, body: Iterable[Text], *, note: str) -> bool:
        """Whether all of `body` would be shown."""
        if not self.page.console.is_terminal:
            return True
        lines = [*self.page.heading(heading), *body]
        return self._height(lines) <= self._room(list(self._footer(note)))

    def _room(self, footer: list[Text]) -> int:
        return self.page.console.height - len(footer) - 1

    def retitle(self, heading: Text) -> None:
        """Write `heading` over the one that is shown, if it is one line, and nothing else."""
        lines = list(self.page.heading(heading))
        if not self.page.console.is_terminal or len(lines) > 1:
            return
        self.page.console.file.write(_TO_THE_TOP)
        self.page.print(iter(lines))
        self.page.console.file.write(_BACK)
        self.page.console.file.flush()

    def _fitting(self, lines: list[Text], room: int) -> list[Text]:
        fitting: list[Text] = []
        for line in lines:
            room -= self._rows(line)
            if room < 0:
                break
            fitting.append(line)
        return fitting

    def _height(self, lines: list[Text]) -> int:
        return sum(map(self._rows, lines))

    def _rows(self, line: Text) -> int:
        """How many rows of the terminal a line takes: commands are not wrapped by us."""
        return max(1, -(-line.cell_len // self.page.console.width))

    def _footer(self, note: str) -> Iterator[Text]:
        yield Text()
        keys = Text()
        for key, name, _ in self.keys:
            keys.append_text(Text.assemble((key, "bold cyan"), (f" {name}  ", "dim")))
        yield self.page.one_line(keys)
        if note:
            yield self.page.one_line(Text(note, style="yellow"))


def about(exercise: Exercise, doing: str) -> Text:
    """The heading of a screen: an exercise, and what is being done with it."""
    route = f"  {exercise.method} {exercise.path}  {doing}"
    return Text.assemble((exercise.title, "bold"), (route, "dim"))


def help_lines(keys: Keys = KEYS) -> Iterator[Text]:
    """Every key and what it does."""
    yield Text()
    for key, name, meaning in keys:
        yield Text.assemble(("  " + key.ljust(4), "bold cyan"), name.ljust(8), (meaning, "dim"))
    yield Text()
    yield Text("  Saving the file judges it. Any other key goes back to the verdict.", style="dim")
