"""The little Markdown that cards, hints and tasks are written in, on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.text import Text

from grader.terminal import Page

_CODE = re.compile(r"`[^`]+`")
_BULLET = "- "


def paragraphs(markdown: str, page: Page) -> Iterator[Text]:
    """Paragraphs and list items are wrapped anew; indented blocks are code and stay as they are."""
    for number, paragraph in enumerate(markdown.split("\n\n")):
        if number:
            yield Text()
        if paragraph.startswith("    "):
            yield from (Text(f"  {line}", style="cyan") for line in paragraph.split("\n"))
        elif paragraph.startswith(_BULLET):
            for item in paragraph.removeprefix(_BULLET).split(f"\n{_BULLET}"):
                text = inline(" ".join(item.split()))
                yield from page.wrap(text, first=f"  {_BULLET}", indent=4)
        else:
            yield from page.wrap(inline(" ".join(paragraph.split())), indent=2)


def inline(text: str, *, style: str = "") -> Text:
    """Text in which what stands in backticks is coloured."""
    line = Text(text, style=style)
    line.highlight_regex(_CODE, "cyan")
    return line
