"""A verdict as a learner reads it: what is met, what to mend first in full, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from rich.text import Text

from grader.advice import Step, again, next_step, read_next, reproduce
from grader.catalogue import exercises
from grader.payload import comparison
from grader.places import shown_path
from grader.terminal import Page
from grader.timeline import FOLD, Fold, headings, timeline
from grader.verdicts import Behaviour, Evidence, Level, Line, Outcome, Report, Result, Verdict

OUTPUT_LINES = 12  # of the learner's own output, unless all is asked for
FOLDED = 3  # more behaviours than this that wait for the same one are told in one line
_INDENT = 13

_STYLES = {
    Result.PASSED: "bold green",
    Result.FAILED: "bold red",
    Result.NOT_GRADABLE: "bold yellow",
    Result.KIT_ERROR: "bold magenta",
}
_ADVICE = "Expert: what a senior reviewer would add"
_UNMET = {
    Level.ESSENTIAL: ("unmet", "bold red"),
    Level.GOOD: ("improve", "yellow"),
    Level.EXPERT: ("senior", "cyan"),
}


def tell(run: Report, page: Page, *, brief: bool = False) -> Iterator[Text]:
    """Every line on all verdicts of a run; `brief` leaves it at the verdicts themselves."""
    several = len(run.verdicts) > 1
    full = False
    for number, verdict in enumerate(run.verdicts):
        before = full
        needs_words = verdict.result in (Result.FAILED, Result.KIT_ERROR)
        full = not brief and (not several or page.verbose or needs_words)
        if number and (full or before):
            yield Text()
        yield from report(verdict, page) if full else _in_brief(verdict, page)
    if several:
        if full:
            yield Text()
        counts = Counter(verdict.result for verdict in run.verdicts)
        said = [f"{counts[r]} {r.value.replace('_', ' ')}" for r in Result if counts[r]]
        tally = f"{len(run.verdicts)} judged: {', '.join(said)}"
        yield from page.wrap(Text(tally, style="bold"))


def report(verdict: Verdict, page: Page) -> Iterator[Text]:
    """Every line of the report of one verdict."""
    yield from _header(verdict, page)
    for level in Level:
        yield from _level(verdict, level, page)
    for behaviour in _in_full(verdict, page):
        yield from _unmet_in_full(verdict, behaviour, page)
    if verdict.reason:
        yield from reason(verdict, page)
    yield from output(verdict, page)
    yield Text()
    yield from summary(verdict, page)
    yield from verdict_line(verdict, page)
    yield from steps("next", chain(next_step(verdict), _rest(verdict, page)), indent=8)


def focus(verdict: Verdict, page: Page, *, fold: Fold = FOLD, left: int = 0) -> Iterator[Text]:
    """The verdict, and what to mend first: for a screen that is drawn anew on every save.

    So many behaviours are `left` to be looked for; until then nothing is counted.
    """
    yield from verdict_line(verdict, page)
    if left:
        yield from page.wrap(Text(f"{left} more to look for ...", style="dim"), indent=2)
    else:
        yield from summary(verdict, page)
    for behaviour in _in_full(verdict, page):
        yield from _unmet_in_full(verdict, behaviour, page, fold=fold)
    if verdict.reason:
        yield from reason(verdict, page)
    yield from output(verdict, page)
    if verdict.result is Result.PASSED:
        yield Text()
        yield from _to_improve(verdict, page)
        yield from steps("next", next_step(verdict), indent=8)


def _to_improve(verdict: Verdict, page: Page) -> Iterator[Text]:
    for behaviour in verdict.behaviours:
        if behaviour.outcome is Outcome.UNMET:
            yield from _short(verdict, behaviour, page)


def _in_brief(verdict: Verdict, page: Page) -> Iterator[Text]:
    yield from verdict_line(verdict, page)
    for line in (verdict.reason or "").split("\n")[:1]:
        yield from page.wrap(Text(page.visible(line), style="dim"), indent=2)


def _rest(verdict: Verdict, page: Page) -> Iterator[Step]:
    not_met = [b for b in verdict.behaviours if b.outcome in (Outcome.UNMET, Outcome.NOT_REACHED)]
    if not page.verbose and len(not_met) > len(_in_full(verdict, page)):
        yield Step(f"{again(verdict)} -v", "all in full")


def verdict_line(verdict: Verdict, page: Page) -> Iterator[Text]:
    """The verdict itself, on one line."""
    name = "met" if verdict.result is Result.PASSED else "unmet"
    if verdict.result in (Result.NOT_GRADABLE, Result.KIT_ERROR):
        name = verdict.result.value
    word = verdict.result.value.replace("_", " ").upper()
    style = _STYLES[verdict.result]
    lead = Text.assemble((f"{page.glyph(name)} {word}", style), (f"  {verdict.exercise}  ", "bold"))
    text = Text(f"{verdict.seconds:.2f} s  {shown_path(verdict.file)}", style="dim")
    yield from page.wrap(text, first=lead, indent=lead.cell_len)


def steps(label: str, things: Iterable[Step], *, indent: int = _INDENT) -> Iterator[Text]:
    """Commands below each other. They are not wrapped, so that they can be copied."""
    for step in things:
        note = f"  ({step.note})" if step.note else ""
        lead = f"  {label}".ljust(indent)
        yield Text.assemble((lead, "bold"), (step.command, "cyan"), (note, "dim"))
        label = ""


def _header(verdict: Verdict, page: Page) -> Iterator[Text]:
    exercise = exercises().get(verdict.exercise)
    title = exercise.title if exercise else verdict.exercise
    route = f"  {exercise.method} {exercise.path}" if exercise else ""
    mode = "  on real time" if verdict.mode == "real" else ""
    yield from page.heading(Text.assemble((title, "bold"), (f"{route}{mode}", "dim")))


def _level(verdict: Verdict, level: Level, page: Page) -> Iterator[Text]:
    behaviours = [b for b in verdict.behaviours if b.level is level]
    if not behaviours:
        return
    yield Text()
    unmet = any(b.outcome is Outcome.UNMET for b in behaviours)
    yield Text(_ADVICE if unmet and level is Level.EXPERT else level.capitalize(), style="bold")
    names = {b.id: b.sentence for b in verdict.behaviours}
    for blocker, members in groupby(behaviours, key=lambda b: b.blocked_by):
        group = list(members)
        fold = blocker and len(group) > FOLDED and not page.verbose
        for behaviour in [] if fold else group:
            yield from _short(verdict, behaviour, page)
        if blocker:
            count = f"{len(group)} behaviours " if fold else ""
            needed = Text(f"{count}not reached; needed: {names.get(blocker, blocker)}", style="dim")
            mark = page.glyph("not_reached") if fold else ""
            yield page.one_line(Text.assemble((f"  {mark}".ljust(5), "dim"), needed))


def _short(verdict: Verdict, behaviour: Behaviour, page: Page) -> Iterator[Text]:
    """One behaviour in one line, and why in one more where it is not met."""
    name, style = behaviour.outcome.value, "dim"
    match behaviour.outcome:
        case Outcome.MET:
            style = "green"
        case Outcome.UNMET:
            name, style = _UNMET[behaviour.level]
        case Outcome.KIT_ERROR:
            style = "bold magenta"
    body = "" if behaviour.outcome is not Outcome.NOT_REACHED else "dim"
    mark = Text(f"  {page.glyph(name)}", style=style)
    yield from page.wrap(Text(behaviour.sentence, style=body), first=mark, indent=5)
    if behaviour.reason:
        label = "kit error" if behaviour.outcome is Outcome.KIT_ERROR else "not judged"
        yield from page.wrap(Text(f"{label}: {behaviour.reason}", style="dim"), indent=5)
    elif behaviour.evidence and behaviour not in _in_full(verdict, page):
        observed = page.visible(behaviour.evidence.observed.replace("\n", " "))
        yield page.one_line(Text.assemble("     ", (f"observed: {observed}", "dim")))


def _in_full(verdict: Verdict, page: Page) -> list[Behaviour]:
    """What is told in full: the first unmet essential behaviour, or with -v every unmet one."""
    if page.verbose:
        return [b for b in verdict.behaviours if b.outcome is Outcome.UNMET]
    first = verdict.first_unmet
    return [first] if first and first.level is Level.ESSENTIAL else []


def _unmet_in_full(
    verdict: Verdict, behaviour: Behaviour, page: Page, *, fold: Fold = FOLD
) -> Iterator[Text]:
    name, style = _UNMET[behaviour.level]
    yield Text()
    yield Text(page.glyph("rule") * page.width, style="dim")
    mark = Text(page.glyph(name), style=style)
    yield from page.wrap(Text(behaviour.sentence, style="bold"), first=mark, indent=3)
    evidence = behaviour.evidence
    if evidence:
        yield Text()
        yield from comparison(evidence.observed, evidence.expected, page, indent=_INDENT)
        if evidence.timeline:
            yield Text()
            lanes = headings(exercises().get(verdict.exercise))
            yield from timeline(evidence.timeline, page, lanes=lanes, fold=fold)
        yield Text()
        yield from _cause(evidence, page)
        yield from steps("by hand", reproduce(verdict, evidence))
        yield from steps("read", read_next(verdict, evidence))


def _cause(evidence: Evidence, page: Page) -> Iterator[Text]:
    idea = evidence.misconception
    if idea:
        yield from _labelled("likely", page.visible(idea.sentence), page)
        yield from _labelled("", page.visible(idea.why), page, style="dim")
    else:
        unsure = "not sure: what was observed fits none of the wrong ideas known for this exercise"
        yield from _labelled("likely", unsure, page)
    if evidence.line:
        yield from _where(evidence.line, page)


def _where(line: Line, page: Page) -> Iterator[Text]:
    # Not wrapped: terminals make FILE:LINE clickable only in one piece.
    place = f"{shown_path(line.file)}:{line.number}"
    inside = f" in {line.function}" if line.function not in ("", "<module>") else ""
    yield Text.assemble(("  where".ljust(_INDENT), "bold"), (place, "bold cyan"), inside)
    yield from _labelled("", f"{page.glyph('bar')} {page.visible(line.text)}", page)
    if line.why:
        yield from _labelled("", page.visible(line.why), page, style="dim")


def _labelled(label: str, text: str, page: Page, *, style: str = "") -> Iterator[Text]:
    lead = Text(f"  {label}" if label else "", style="bold")
    yield from page.wrap(Text(text, style=style), first=lead, indent=_INDENT)


def reason(verdict: Verdict, page: Page) -> Iterator[Text]:
    """Why there is no verdict on the behaviours, and the line that is to blame."""
    yield Text()
    for line in (verdict.reason or "").split("\n"):
        yield from page.wrap(Text(page.visible(line)), indent=2)
    if verdict.line:
        yield Text()
        yield from _where(verdict.line, page)


def output(verdict: Verdict, page: Page) -> Iterator[Text]:
    """What the learner's code printed, or its beginning."""
    if not verdict.output:
        return
    lines = verdict.output.rstrip("\n").split("\n")
    shown = lines if page.verbose else lines[:OUTPUT_LINES]
    yield Text()
    yield Text("What your code printed", style="bold")
    bar = Text(f"  {page.glyph('bar')}", style="dim")
    for line in shown:
        yield from page.wrap(Text(page.visible(line)), first=bar, indent=4)
    if len(shown) < len(lines):
        yield Text(f"    ({len(lines) - len(shown)} more lines: -v shows them)", style="dim")
    if verdict.output_truncated:
        yield Text("    (there was more: the judge keeps only the beginning)", style="dim")


def summary(verdict: Verdict, page: Page) -> Iterator[Text]:
    """How many behaviours of each level are met."""
    parts = Text()
    for level in Level:
        met, unseen = (verdict.count(level, o) for o in (Outcome.MET, Outcome.NOT_JUDGED))
        total = verdict.count(level) - unseen
        if total or unseen:
            style = "green" if met == total else _UNMET[level][1]
            rest = f", {unseen} not judged    " if unseen else "    "
            parts.append_text(Text.assemble(f"{level} ", (f"{met} of {total}", style), rest))
    if verdict.behaviours:
        yield from page.wrap(parts, indent=2)
