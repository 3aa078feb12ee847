"""Where the learner works while code is written: keys and saves in a terminal, else lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from grader.deck.asking import Line, Stopped, understood
from grader.watch.inputs import LEAVE, Ended, Inputs, Key, Polling, Resized, Saved
from grader.watch.view import Keys


class Command(StrEnum):
    """What the learner wants. The values are what is typed where there are no keys."""

    JUDGE = "judge"
    TASK = "task"
    DONE = "done"
    END = "end"
    HELP = "help"
    LEAVE = "quit"
    SAVED = "saved"  # the file has been written
    MORE = "more"
    REDRAW = "redraw"


KEYS: Keys = (
    ("j", "judge", "judge the file"),
    ("t", "task", "show the task again"),
    ("d", "done", "go on with the next part; the file is judged once more"),
    ("m", "more", "show everything, and not only what fits"),
    ("e", "end", "end the interview now, with its report"),
    ("?", "help", "show these keys"),
    (LEAVE, "quit", "leave; the clock stands until `mock --resume`"),
)
_BY_KEY = {
    "j": Command.JUDGE,
    "t": Command.TASK,
    "d": Command.DONE,
    "m": Command.MORE,
    "e": Command.END,
    "?": Command.HELP,
}
WORDS = tuple(Command(name) for _, name, _ in KEYS if name != Command.MORE)


class Desk(Protocol):
    """Gives one command after the other; None if there was none for a second."""

    note: str  # something the learner has to know, or nothing

    @property
    def leaving(self) -> bool:
        """Whether the learner wants to leave, while something else is going on."""

    def next(self, prompt: str) -> Command | None:
        """What the learner wants next; `prompt` is shown where a line is asked for."""


Room = Callable[[Path], AbstractContextManager[Desk]]


class Terminal:
    """A desk with keys, in a folder whose saves are seen."""

    def __init__(self, inputs: Inputs, file: Path) -> None:
        self.note = ""
        self._inputs = inputs
        self._file = file
        self._ending = False  # the key to end has been pressed once

    @property
    def leaving(self) -> bool:
        return self._inputs.leaving

    def next(self, prompt: str) -> Command | None:
        match self._inputs.next(1.0):
            case Saved(files) if self._file in files:
                return Command.SAVED
            case Key(char):
                return self._pressed(char)
            case Resized():
                return Command.REDRAW
            case Polling(reason):
                self.note = f"changes are looked for a few times a second: {reason}"
                return Command.REDRAW
            case Ended():
                return Command.LEAVE
        return None

    def _pressed(self, char: str) -> Command:
        command = _BY_KEY.get(char, Command.REDRAW)
        before, self._ending = self._ending, command is Command.END
        if command is Command.END and not before:
            self.note = "e once more ends the interview; any other key goes on"
            return Command.REDRAW
        self.note = ""
        return command


class Lines:
    """A desk without a terminal: one word a line."""

    leaving = False

    def __init__(self, line: Line) -> None:
        self.note = ""
        self._line = line

    def next(self, prompt: str) -> Command | None:
        try:
            return understood(_word, self._line, f"{prompt} {', '.join(WORDS)}:")
        except Stopped:
            return Command.LEAVE


def _word(typed: str) -> Command:
    """The command that a line means, whole or shortened. Raises ValueError."""
    meant = [word for word in WORDS if typed and word.startswith(typed.lower())]
    if len(meant) != 1:
        raise ValueError(f"{typed!r} is none of {', '.join(WORDS)}.")
    return meant[0]


@contextmanager
def at_a_terminal(file: Path) -> Iterator[Desk]:
    """A desk with keys, and saves of `file`."""
    with Inputs(file.parent) as inputs:
        yield Terminal(inputs, file)


def by_lines(line: Line) -> Room:
    """Desks that ask for lines."""

    @contextmanager
    def room(file: Path) -> Iterator[Desk]:
        yield Lines(line)

    return room
