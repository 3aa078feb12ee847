"""The terminal that a report is read on: colour or none, Unicode or ASCII, and lines that fit."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.text import Text

WIDEST = 100  # longer lines are hard to read, however wide the window is

# Every symbol has its meaning without colour, and a twin for terminals that have ASCII only.
_GLYPHS = {
    "met": ("✓", "ok"),
    "unmet": ("✗", "X"),
    "improve": ("△", "!"),
    "senior": ("◇", "+"),
    "not_reached": ("–", "-"),  # noqa: RUF001
    "not_judged": ("?", "?"),
    "kit_error": ("‼", "!!"),
    "not_gradable": ("○", "o"),
    "changed": ("●", "*"),
    "bar": ("│", "|"),
    "lane": ("┊", ":"),
    "dash": ("╌", "-"),
    "rule": ("─", "-"),
    "ellipsis": ("…", "..."),
    "times": ("×", "x"),  # noqa: RUF001
    "space": ("␠", "<SP>"),
    "dot": ("·", "-"),
}


def console(color: str = "auto", *, stderr: bool = False) -> Console:
    """A console on standard output or standard error; `color` is auto, always or never.

    `auto` is what rich finds out, and plain text when NO_COLOR is set to anything.
    """
    stream = sys.stderr if stderr else sys.stdout
    _never_fail_to_encode(stream)
    plain = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    return Console(
        file=stream,
        color_system=None if plain else "auto" if color == "auto" else "standard",
        force_terminal=True if color == "always" else None,
        no_color=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _never_fail_to_encode(stream: TextIO) -> None:
    """A learner's data may hold characters that the terminal cannot show."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")


def glyph(name: str, *, ascii_only: bool) -> str:
    """The symbol called `name`."""
    return _GLYPHS[name][ascii_only]


def visible(text: str, *, ascii_only: bool = False) -> str:
    """`text` with every character shown that would move the cursor or not be seen."""
    return "".join(_visible(char, ascii_only) for char in text)


def _visible(char: str, ascii_only: bool) -> str:
    code = ord(char)
    if code < 0x20 and not ascii_only:
        return chr(0x2400 + code)  # Unicode has a picture of each
    if code in _CONTROLS:
        return f"<{_CONTROLS[code]}>"
    unseen = char != " " and unicodedata.category(char) in _UNSEEN
    return f"<U+{code:04X}>" if unseen or (ascii_only and code > 0x7F) else char


_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
_CONTROLS = {0x00: "NUL", 0x08: "BS", 0x09: "TAB", 0x0A: "LF", 0x0D: "CR", 0x1B: "ESC"}


@dataclass(frozen=True, slots=True)
class Page:
    """Where lines are laid out."""

    console: Console
    verbose: bool = False

    @property
    def width(self) -> int:
        return min(self.console.width, WIDEST)

    @property
    def ascii_only(self) -> bool:
        return self.console.options.ascii_only

    def glyph(self, name: str) -> str:
        return glyph(name, ascii_only=self.ascii_only)

    def visible(self, text: str) -> str:
        return visible(text, ascii_only=self.ascii_only)

    def wrap(self, text: Text, *, first: str | Text = "", indent: int = 0) -> Iterator[Text]:
        """The lines of `text`, the first one after `first`, all others `indent` cells in."""
        lead = first if isinstance(first, Text) else Text(first)
        for line in text.wrap(self.console, self.width - indent, overflow="fold"):
            yield Text.assemble(lead, " " * (indent - lead.cell_len), line)
            lead = Text()

    def heading(self, text: Text) -> Iterator[Text]:
        """`text`, and a rule from its end to the edge."""
        *lines, last = text.wrap(self.console, self.width, overflow="fold")
        yield from lines
        rule = self.glyph("rule") * (self.width - last.cell_len - 1)
        yield Text.assemble(last, " ", (rule, "dim"))

    def one_line(self, text: Text) -> Text:
        """`text` on one line, with an ellipsis where it had to end."""
        if text.cell_len > self.width:
            ending = self.glyph("ellipsis")
            text.truncate(self.width - len(ending))
            text.append(ending)
        return text

    def print(self, lines: Iterator[Text]) -> None:
        for line in lines:
            line.rstrip()
            self.console.print(line, soft_wrap=True)
