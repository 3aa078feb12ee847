"""What was proved, as a table and as a JSON document, and what does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from rich.text import Text

from grader.terminal import Page
from grader.verify.fault import Fault, Proof
from grader.verify.standing import COLUMNS, Standing, diagnosis, exit_code

SCHEMA = "streamdrill.verification/1"
_MODES = {"": "files and names", "virtual": "on virtual time", "real": "on real time"}
_GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All that one run of `grade verify` has found."""

    modes: tuple[str, ...]  # "virtual", "real"; none if nothing was judged
    repeat: int
    standings: tuple[Standing, ...]
    faults: tuple[Fault, ...]

    @property
    def exit_code(self) -> int:
        return exit_code(self.faults)

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints: docs/verify.md."""
        return {
            "schema": SCHEMA,
            "exit_code": self.exit_code,
            "modes": list(self.modes),
            "repeat": self.repeat,
            "standings": [asdict(each) for each in self.standings],
            "diagnosis": asdict(diagnosis(self.standings)),
            "faults": [asdict(each) for each in self.faults],
        }


def tell(verification: Verification, page: Page) -> Iterator[Text]:
    """Every line: what does not hold, then a table for each mode, then the conclusion."""
    for mode, members in groupby(verification.faults, key=lambda fault: fault.mode):
        yield from page.heading(Text(f"What does not hold, {_MODES[mode]}", style="bold"))
        yield from _told(list(members), page)
        yield Text()
    for mode, standings in groupby(verification.standings, key=lambda each: each.mode):
        yield from _table(list(standings), _MODES[mode], page)
        yield Text()
    yield from _conclusion(verification, page)


def _told(faults: Sequence[Fault], page: Page) -> Iterator[Text]:
    for text, alike in groupby(faults, key=lambda fault: (fault.proof, fault.text)):
        members = list(alike)
        # A judge that breaks down does so over many files, and is told once.
        shown = members[:1] if text[0] is Proof.KIT else members
        for fault in shown:
            others = f" and {len(members) - 1} more" if len(members) > len(shown) else ""
            yield from _fault(fault, others, page)


def _fault(fault: Fault, others: str, page: Page) -> Iterator[Text]:
    mark = Text(f"  {page.glyph('unmet')}", style="bold red")
    owner = "" if "/" in fault.where or not fault.exercise else f"{fault.exercise}: "
    text = Text.assemble((f"{owner}{fault.where}{others}", "bold"), f"  {fault.proof.word}")
    yield from page.wrap(text, first=mark, indent=5)
    for line in fault.text.splitlines():
        yield from page.wrap(Text(page.visible(line)), indent=5)


def _table(standings: Sequence[Standing], title: str, page: Page) -> Iterator[Text]:
    name = max(len(each.exercise) for each in standings)
    widths = {
        column: max(len(column), *(len(str(each.tallies()[column])) for each in standings))
        for column in COLUMNS
    }
    yield from page.heading(Text(f"Proved {title}", style="bold"))
    heads = _GAP.join(column.rjust(widths[column]) for column in COLUMNS)
    yield Text(f"     {' ' * name}{_GAP}{heads}", style="dim")
    for each in standings:
        whole = all(tally.whole for tally in each.tallies().values())
        glyph, style = ("met", "green") if whole else ("unmet", "bold red")
        line = Text.assemble(
            (f"  {page.glyph(glyph)}".ljust(5), style), (each.exercise.ljust(name), "bold")
        )
        for column, tally in each.tallies().items():
            style = "" if tally.whole else "bold red"
            line.append(_GAP).append(str(tally).rjust(widths[column]), style=style)
        yield line


def _conclusion(verification: Verification, page: Page) -> Iterator[Text]:
    if verification.standings:
        rate = diagnosis(verification.standings)
        share = f" ({rate.good / rate.total:.0%})" if rate.total else ""
        text = (
            f"Of {rate.total} wrong answers {rate.good} are told their misconception first{share}."
        )
        yield from page.wrap(Text(text))
    count = len(verification.faults)
    words = {0: "Everything holds.", 4: f"{count} files could not be judged: the kit is at fault."}
    said = words.get(verification.exit_code, f"{count} {'fault' if count == 1 else 'faults'}.")
    style = "bold red" if count else "bold green"
    yield from page.wrap(Text(f"{said} {_scope(verification)}", style=style))


def _scope(verification: Verification) -> str:
    """What was looked at, so that nobody takes a part for the whole."""
    if not verification.modes:
        return "Only files and names were looked at."
    exercises = len({each.exercise for each in verification.standings})
    modes = " and ".join(_MODES[mode] for mode in verification.modes)
    times = f"each reference {verification.repeat} times"
    return f"{exercises} {'exercise' if exercises == 1 else 'exercises'}, {modes}, {times}."
