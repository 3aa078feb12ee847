"""QUICKSTART.md as a Markdown parser reads it: its blocks, each with its output, and its links."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.catalogue import ROOT

QUICKSTART = ROOT / "QUICKSTART.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading, and the anchor that GitHub gives it."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: `word` is the one after its language, which says in which situation it runs.

    A word may have a value, as in `walk=1`. `output` is the text of the block of `text` that
    follows, None without one. `heading` is the nearest one above.
    """

    language: str
    word: str
    text: str
    line: int
    heading: Heading
    output: str | None = None

    @property
    def kind(self) -> str:
        """What decides by whom it is run: its language and its word without a value."""
        return " ".join(filter(None, (self.language, self.word.partition("=")[0])))

    @property
    def value(self) -> str:
        """What follows its word: the name of a file, or the exit code of commands."""
        return self.word.partition("=")[2]


def headings(markdown: str) -> list[Heading]:
    """All headings, in order."""
    found: list[Heading] = []
    seen: Counter[str] = Counter()
    for opening, inline in pairwise(_parsed(markdown)):
        if opening.type == "heading_open":
            text = "".join(part.content for part in inline.children or ())
            plain = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            anchor = f"{plain}-{seen[plain]}" if seen[plain] else plain
            seen[plain] += 1
            found.append(Heading(level=int(opening.tag[1]), text=text, anchor=anchor))
    return found


def blocks(markdown: str) -> list[Block]:
    """All fenced blocks but those of output. Raises ValueError for output of nothing."""
    found: list[Block] = []
    above = iter(headings(markdown))
    heading = next(above)
    for token in _parsed(markdown)[1:]:
        if token.type == "heading_open":
            heading = next(above)
        elif token.type in ("fence", "code_block"):
            block = _block(token, heading)
            if block.language != "text":
                found.append(block)
            elif not found or found[-1].output is not None or found[-1].heading != heading:
                raise ValueError(f"line {block.line}: there is no block that this is the output of")
            else:
                found[-1] = replace(found[-1], output=block.text)
    return found


def links(markdown: str) -> list[str]:
    """Where the links lead."""
    return [
        str(part.attrs["href"])
        for token in _parsed(markdown)
        for part in token.children or ()
        if part.type == "link_open"
    ]


def _block(token: Token, heading: Heading) -> Block:
    language, word, *more = (*token.info.split(), "", "")
    assert token.map is not None
    line = token.map[0] + 1
    if any(more[:-1]):
        raise ValueError(f"line {line}: {token.info!r} has more than a language and a word")
    return Block(
        language=language or "indented",
        word=word,
        text=token.content,
        line=line,
        heading=heading,
    )


def _parsed(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").parse(markdown)


def of_kind(*kinds: str) -> list[Block]:
    """The blocks of the quick start that are of one of these kinds."""
    return [block for block in blocks(QUICKSTART.read_text()) if block.kind in kinds]


def name(block: Block) -> str:
    """How a test of a block is called."""
    return f"line {block.line}, {block.heading.text}"
