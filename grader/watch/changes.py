"""What has changed from one verdict to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from grader.terminal import Page
from grader.verdicts import Behaviour, Outcome, Verdict

MOST = 3  # that are named one by one: below them has to be room for what is still unmet


@dataclass(frozen=True, slots=True)
class Changes:
    """The behaviours that are met since the last verdict, and those that no longer are."""

    gained: tuple[Behaviour, ...]
    lost: tuple[Behaviour, ...]


def changes(before: Verdict | None, after: Verdict) -> Changes | None:
    """What has changed, or None where there is nothing to compare with."""
    if before is None or not before.behaviours or not after.behaviours:
        return None
    was = {b.id for b in before.behaviours if b.outcome is Outcome.MET}
    now = {b.id for b in after.behaviours if b.outcome is Outcome.MET}
    return Changes(
        tuple(b for b in after.behaviours if b.id in now - was),
        tuple(b for b in after.behaviours if b.id in was - now),
    )


def told(found: Changes | None, page: Page, *, so_far: bool = False) -> Iterator[Text]:
    """One line for each change, or for all that are left of many."""
    if found is None:
        return
    for group, word, name, style in (
        (found.gained, "now met", "met", "green"),
        (found.lost, "no longer met", "unmet", "red"),
    ):
        mark = Text(f"{page.glyph(name)} {word}  ", style)
        named = group if len(group) <= MOST else group[: MOST - 1]
        for behaviour in named:
            yield page.one_line(Text.assemble(mark, behaviour.sentence))
        if len(group) > len(named):
            yield Text.assemble(mark, f"and {len(group) - len(named)} more")
    if not found.gained and not found.lost:
        until = ", so far" if so_far else ""
        yield Text(f"the same behaviours are met as before{until}", style="dim")
