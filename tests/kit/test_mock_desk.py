"""Keys, saves and a second that passes, at a desk in a terminal; and the screen above it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from grader.mock.desk import KEYS, WORDS, Command, Terminal
from grader.mock.screen import Screen
from grader.terminal import Page
from grader.watch.inputs import Ended, Input, Inputs, Key, Polling, Resized, Saved

from .mocks import Room

FILE = Path("/scratch/feeds/live_logs.py")


class Happening(Inputs):
    """What happens, as a list; None is a second in which nothing does."""

    def __init__(self, *happening: Input | None) -> None:
        self.leaving = False
        self._happening = list(happening)

    def next(self, seconds: float | None = None) -> Input | None:
        assert seconds == 1.0
        return self._happening.pop(0)


def commands(*happening: Input | None) -> list[Command | None]:
    desk = Terminal(Happening(*happening), FILE)
    return [desk.next("") for _ in happening]


@pytest.mark.parametrize(
    ("happened", "command"),
    [
        (None, None),
        (Saved(frozenset([FILE])), Command.SAVED),
        (Saved(frozenset([FILE.with_name("other.py")])), None),
        (Key("j"), Command.JUDGE),
        (Key("t"), Command.TASK),
        (Key("d"), Command.DONE),
        (Key("m"), Command.MORE),
        (Key("?"), Command.HELP),
        (Key("x"), Command.REDRAW),
        (Resized(), Command.REDRAW),
        (Ended(), Command.LEAVE),
    ],
)
def test_what_happens_is_a_command(happened: Input | None, command: Command | None) -> None:
    assert commands(happened) == [command]


def test_the_interview_is_ended_by_two_presses_in_a_row_and_not_by_one() -> None:
    assert commands(Key("e"), Key("e")) == [Command.REDRAW, Command.END]
    assert commands(Key("e"), Key("t"), Key("e")) == [
        Command.REDRAW,
        Command.TASK,
        Command.REDRAW,
    ]


def test_the_first_press_says_what_a_second_one_does() -> None:
    desk = Terminal(Happening(Key("e"), Key("t")), FILE)
    desk.next("")
    assert desk.note == "e once more ends the interview; any other key goes on"
    desk.next("")
    assert desk.note == ""


def test_polling_is_told() -> None:
    desk = Terminal(Happening(Polling("the limit of watches is reached")), FILE)
    assert desk.next("") is Command.REDRAW
    assert "a few times a second: the limit of watches is reached" in desk.note


def test_every_key_has_a_word_where_there_are_none() -> None:
    assert {name for _, name, _ in KEYS} - {"more"} == set(WORDS)


@pytest.fixture
def live(tmp_path: Path) -> tuple[Screen, StringIO, Room]:
    written = StringIO()
    console = Console(file=written, width=80, height=20, force_terminal=True, color_system=None)
    return Screen(Page(console), live=True), written, Room(tmp_path)


def test_the_time_that_is_left_is_drawn_over_the_first_line_alone(
    live: tuple[Screen, StringIO, Room],
) -> None:
    screen, written, room = live
    screen.show(room.interview, [])
    before = written.getvalue()
    screen.tick(room.interview)
    drawn = written.getvalue()[len(before) :]
    assert drawn.startswith("\x1b7\x1b[H")  # the cursor is kept, and goes to the top
    assert drawn.endswith("\x1b8")  # and back
    (line,) = drawn.removeprefix("\x1b7\x1b[H").removesuffix("\x1b8").splitlines()
    assert line.startswith("45:00 left  Live logs  part 1 of 4: code ")


def test_any_other_key_goes_back_from_the_help(live: tuple[Screen, StringIO, Room]) -> None:
    screen, written, room = live
    screen.show(room.interview, [Text("the verdict")])
    screen.help(room.interview)
    assert "judge the file" in written.getvalue().rpartition("\x1b[2J")[2]
    screen.draw(room.interview)
    assert "the verdict" in written.getvalue().rpartition("\x1b[2J")[2]


def test_what_scrolls_away_is_not_drawn_over(live: tuple[Screen, StringIO, Room]) -> None:
    screen, written, room = live
    screen.show(room.interview, [])
    screen.draw(room.interview, whole=True)
    before = written.getvalue()
    screen.tick(room.interview)
    assert written.getvalue() == before


def test_without_a_terminal_nothing_is_drawn_over(tmp_path: Path) -> None:
    room = Room(tmp_path)
    screen = Screen(room.page, live=False)
    screen.show(room.interview, [])
    screen.tick(room.interview)
    assert "\x1b" not in room.shown
