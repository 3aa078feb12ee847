"""The clients that were named, one after the other. One that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from rich.text import Text

from grader.catalogue import Exercise, exercise, exercises
from grader.clients.calling import End, Outcome, call
from grader.clients.live import live_server
from grader.clients.screen import Screen
from grader.terminal import Page

_MARKS = {End.WELL: "met", End.FAILED: "unmet", End.STUB: "not_gradable"}
_STYLES = {End.WELL: "green", End.FAILED: "red", End.STUB: "yellow"}


class NoClient(LookupError):
    """The exercise is no client. The text says which are."""


def known() -> list[Exercise]:
    """The exercises that are clients, in the order of the catalogue."""
    return [each for each in exercises().values() if each.function]


def chosen(name: str) -> list[Exercise]:
    """The client of that slug or number from 1, or `all`.

    Raises `UnknownExercise`, or `NoClient` where the exercise is an endpoint.
    """
    if name == "all":
        return known()
    if name.isdecimal() and 0 < int(name) <= len(known()):
        return [known()[int(name) - 1]]
    found = exercise(name)
    if not found.function:
        listed = ", ".join(each.slug for each in known())
        raise NoClient(f"{name} is an endpoint; the clients are {listed}.")
    return [found]


def menu(page: Page) -> Iterator[Text]:
    """The clients, numbered."""
    for number, each in enumerate(known(), 1):
        yield page.one_line(Text.assemble(f"  {number}  {each.slug:20}", (each.title, "dim")))


def run(wanted: Sequence[Exercise], *, target: str, url: str | None, page: Page) -> int:
    """Call each against the server at `url`, or against one of our own. Gives the exit code."""
    ends = []
    with ExitStack() as stack:
        address = url.rstrip("/") if url else stack.enter_context(live_server())
        page.print(iter([Text(f"{target} against {address}"), Text()]))
        for each in wanted:
            page.print(page.heading(Text.assemble((each.title, "bold"), f"  {each.path}")))
            file = each.answer(target)
            outcome = call(each, file, url=address, screen=Screen(page))
            page.print(_told(each, outcome, page))
            ends.append(outcome.end)
    return 1 if End.FAILED in ends else 3 if End.STUB in ends else 0


def _told(client: Exercise, outcome: Outcome, page: Page) -> Iterator[Text]:
    mark = Text(f"{page.glyph(_MARKS[outcome.end])} ", style=_STYLES[outcome.end])
    text = Text(f"{client.slug}: {page.visible(outcome.text)}")
    yield from page.wrap(text, first=mark, indent=mark.cell_len)
    yield Text()
