"""A card is asked on the terminal: the question, a pause, the answer as a checklist, a grade."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from fsrs import Rating
from rich.text import Text

from grader.cards import Card
from grader.lessons import listed
from grader.markdown import inline, paragraphs
from grader.terminal import Page

T = TypeVar("T")
Line = Callable[[str], str]  # asks for one line, and gives it stripped; raises `Stopped`
_END = {"q", "quit"}
_GRADES = {rating.name.lower(): rating for rating in Rating}


class Stopped(Exception):
    """The learner wants no more: a `q`, Ctrl-C, or the end of the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of one question."""

    card: str  # its id
    mentioned: tuple[int, ...]  # the points that the learner ticked, numbered from 1
    points: int  # how many there are
    rating: Rating  # as the learner decided


def line_on(page: Page) -> Line:
    """Asks on `page` for lines of the standard input, be it a terminal or not."""

    def line(prompt: str) -> str:
        *before, last = page.wrap(Text(f"{prompt} ", style="bold"), indent=2)
        page.print(iter(before))
        page.console.print(last, end="", soft_wrap=True)
        try:
            typed = sys.stdin.readline()
        except KeyboardInterrupt:
            typed = ""
        if not typed.endswith("\n") or not sys.stdin.isatty():
            page.console.print()  # the terminal has shown no Enter
        if not typed or typed.strip().lower() in _END:
            raise Stopped
        return typed.strip()

    return line


def ask(card: Card, page: Page, *, line: Line, lead: str = "") -> Answered:
    """Ask `card` on `page`, with `lead` above it, such as "2 of 10". Raises `Stopped`."""
    page.print(_question(card, page, lead))
    line("Say your answer aloud, then press Enter (q ends):")
    page.print(_answer(card, page))
    total = len(card.points)
    example = f"Numbers such as 1 {total}, or all; Enter for none"
    mentioned = understood(partial(_ticked, total), line, f"Which did you mention? {example}:")
    rating = rated(suggested(len(mentioned), total), line)
    return Answered(card=card.slug, mentioned=mentioned, points=total, rating=rating)


def rated(proposed: Rating, line: Line) -> Rating:
    """The grade that the learner gives, or `proposed` at a mere Enter. Raises `Stopped`."""
    choices = ", ".join(f"{rating.value} {name}" for name, rating in _GRADES.items())
    prompt = f"How was it? {choices} (Enter: {proposed.value}):"
    return understood(partial(_rating, proposed), line, prompt)


def suggested(mentioned: int, total: int) -> Rating:
    """The grade that follows from the points alone; that it was easy, only the learner knows."""
    if mentioned >= total:
        return Rating.Good
    return Rating.Hard if 2 * mentioned >= total else Rating.Again


def _question(card: Card, page: Page, lead: str) -> Iterator[Text]:
    about = f"{card.slug}, {card.level}, {card.topic}"
    yield from page.heading(Text(f"{lead}  {about}" if lead else about, style="dim"))
    yield Text()
    yield from page.wrap(inline(card.question, style="bold"))
    yield Text()


def _answer(card: Card, page: Page) -> Iterator[Text]:
    yield Text()
    yield from paragraphs(card.answer, page)
    yield Text()
    yield Text("Must be mentioned", style="bold green")
    for number, point in enumerate(card.points, 1):
        yield from page.wrap(inline(point), first=Text(f"  {number}", style="bold"), indent=5)
    yield from listed("Heard often, and wrong", card.red_flags, page, style="bold yellow")
    yield from listed("Asked next", card.follow_ups, page, style="bold")
    yield Text()


def _ticked(total: int, typed: str) -> tuple[int, ...]:
    """The numbers that were typed, in whatever way; there are less than ten. Raises ValueError."""
    if typed.lower() in ("all", "a"):
        return tuple(range(1, total + 1))
    if typed.lower() in ("none", "0", "-"):
        return ()
    if not re.fullmatch(r"[\d\s,;]*", typed, re.ASCII):
        raise ValueError(f"{typed!r} is no list of numbers from 1 to {total}.")
    numbers = sorted({int(digit) for digit in re.findall(r"\d", typed)})
    if any(not 1 <= number <= total for number in numbers):
        raise ValueError(f"there are the points 1 to {total}.")
    return tuple(numbers)


def _rating(proposed: Rating, typed: str) -> Rating:
    """The grade that was typed, as a number or a word. Raises ValueError."""
    if not typed:
        return proposed
    if typed in {str(rating.value) for rating in Rating}:
        return Rating(int(typed))
    named = [rating for name, rating in _GRADES.items() if name.startswith(typed.lower())]
    if not named:
        raise ValueError(f"{typed!r} is no grade: 1 again, 2 hard, 3 good, 4 easy.")
    return named[0]


def understood(read: Callable[[str], T], line: Line, prompt: str) -> T:
    """What `read` makes of a line, which is asked for until it raises no ValueError."""
    while True:
        try:
            return read(line(prompt))
        except ValueError as error:
            prompt = f"{error} Once more:"
