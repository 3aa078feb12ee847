"""What was observed beside what was expected: whole, everything visible, the difference marked."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from rich.text import Text

from grader.terminal import Page

LIMIT = 3000  # characters that are shown around the first difference, unless all is asked for
_COMPARED = 500  # characters that decide whether two texts are alike
_ALIKE = 0.6


def first_difference(observed: str, expected: str) -> int | None:
    """Where two payloads part, counted in characters; None for two different sentences."""
    if observed == expected or not observed or not expected or observed[0] != expected[0]:
        return None
    compared = SequenceMatcher(None, observed[:_COMPARED], expected[:_COMPARED], autojunk=False)
    if compared.ratio() < _ALIKE:
        return None
    pairs = enumerate(zip_longest(observed, expected))
    return next(index for index, (one, other) in pairs if one != other)


def comparison(observed: str, expected: str, page: Page, *, indent: int) -> Iterator[Text]:
    """The lines of both texts, with a caret where they part."""
    at = first_difference(observed, expected)
    for label, text, style in (("observed", observed, "red"), ("expected", expected, "green")):
        lead = Text(f"  {label}", style="bold")
        yield from _lines(text, at, page, lead=lead, indent=indent, style=style)


def _lines(
    text: str, at: int | None, page: Page, *, lead: Text, indent: int, style: str
) -> Iterator[Text]:
    if not text:
        yield from page.wrap(Text("(empty)", style="dim"), first=lead, indent=indent)
        return
    if at is None:
        body = _prose(text, page)
    else:
        body = _payload(text, at, page, width=page.width - indent, style=style)
    for line in body:
        yield from page.wrap(line, first=lead, indent=indent)
        lead = Text()


def _prose(text: str, page: Page) -> Iterator[Text]:
    shown = text if page.verbose else text[:LIMIT]
    for line in shown.split("\n"):
        yield Text(page.visible(line))
    yield from _left_out(len(text) - len(shown), "after this", page)


def _payload(text: str, at: int, page: Page, *, width: int, style: str) -> Iterator[Text]:
    """Lines of at most `width` cells, folded anywhere, and the caret below its character."""
    start = 0 if page.verbose else max(0, at - LIMIT // 3)
    stop = len(text) if page.verbose else start + LIMIT
    yield from _left_out(start, "before this", page)
    line, caret = Text(), -1
    for index, char in enumerate(text[start:stop], start):
        trailing = char == " " and text[index + 1 : index + 2] in ("", "\n")
        seen = page.glyph("space") if trailing else page.visible(char)
        shown = Text(seen, style=f"bold {style}" if index == at else "")
        if line.cell_len + shown.cell_len > width:
            yield from _with_caret(line, caret, width)
            line, caret = Text(), -1
        caret = line.cell_len if index == at else caret
        line.append_text(shown)
        if char == "\n":
            yield from _with_caret(line, caret, width)
            line, caret = Text(), -1
    ends_here = at == len(text)
    column = line.cell_len if ends_here else caret
    yield from _with_caret(line, column, width, ends_here=ends_here)
    yield from _left_out(len(text) - stop, "after this", page)


def _with_caret(line: Text, column: int, width: int, *, ends_here: bool = False) -> Iterator[Text]:
    if line:
        yield line
    if column < 0:
        return
    column = min(column, width - 1)
    note = "ends here" if ends_here else "first difference"
    if column + len(note) + 2 <= width:
        marked = " " * column + f"^ {note}"
    else:
        marked = f"{note} ^".rjust(column + 1) if column > len(note) else "^".rjust(column + 1)
    yield Text(marked, style="bold yellow")


def _left_out(count: int, where: str, page: Page) -> Iterator[Text]:
    if count > 0:
        yield Text(f"({count:,} characters {where}: -v shows them)", style="dim")
