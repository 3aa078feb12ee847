"""What the source and the wire of an exercise do while one behaviour is looked for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from grader.catalogue import exercises
from grader.places import shown_path
from grader.report import verdict_line
from grader.terminal import Page
from grader.timeline import headings, timeline
from grader.verdicts import Behaviour, Moment, Outcome, Verdict

# The behaviours that show best how items travel.
TELLING = ("lockstep", "streams", "nobody-waits-for-a-batch", "yields-at-once")


class NothingToDraw(LookupError):
    """No such behaviour, or nothing came of it. The text says what there is."""


def chosen(verdict: Verdict, behaviour: str | None) -> Behaviour:
    """The behaviour that is named, else the one to mend first, else one in which items travel.

    Raises `NothingToDraw`.
    """
    drawn = {b.id: b for b in verdict.behaviours if moments(b)}
    if behaviour is not None:
        if behaviour not in drawn:
            known = ", ".join(drawn) or "none"
            raise NothingToDraw(f"nothing to draw of {behaviour!r}; there are: {known}.")
        return drawn[behaviour]
    first = verdict.first_unmet
    if first is not None and first.level == "essential" and first.id in drawn:
        return first
    for name in (*TELLING, *drawn):
        if name in drawn:
            return drawn[name]
    raise NothingToDraw(verdict.reason or "no behaviour has come so far that there is a timeline.")


def moments(behaviour: Behaviour) -> tuple[Moment, ...]:
    """What happened while the behaviour was looked for."""
    return behaviour.evidence.timeline if behaviour.evidence else behaviour.timeline


def drawn(verdict: Verdict, behaviour: Behaviour, page: Page) -> Iterator[Text]:
    """The behaviour, its timeline, and the verdict."""
    exercise = exercises()[verdict.exercise]
    route = f"  {exercise.method} {exercise.path}  {shown_path(verdict.file)}"
    yield from page.heading(Text.assemble((exercise.title, "bold"), (route, "dim")))
    name = "met" if behaviour.outcome is Outcome.MET else "unmet"
    style = "green" if behaviour.outcome is Outcome.MET else "bold red"
    mark = Text(f"{page.glyph(name)}  ", style=style)
    yield from page.wrap(Text(behaviour.sentence, style="bold"), first=mark, indent=3)
    yield Text()
    yield from timeline(moments(behaviour), page, lanes=headings(exercise))
    yield Text()
    yield from verdict_line(verdict, page)
