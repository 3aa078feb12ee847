"""The matrix as one page that needs no other file and no JavaScript.

Entries go down, behaviours across. A cell says what became of the behaviour; the one that caught a
wrong entry stands out; a click on an unmet one shows the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.judge.behaviour import Rule
from grader.pages import page as whole
from grader.pages import text
from grader.verdicts import Behaviour, Evidence, Level, Moment, Outcome, Verdict
from grader.verify.judging import Trial, entry_fault, idle, judged
from grader.verify.report import Verification
from grader.verify.standing import COLUMNS, diagnosis

_STYLE = Path(__file__).with_name("matrix.css")
_MOMENTS = 24  # of a timeline; the terminal shows them all
_MARKS = {
    Outcome.MET: ("met", "\N{CHECK MARK}", "met"),
    Outcome.UNMET: ("unmet", "\N{BALLOT X}", "unmet"),
    Outcome.NOT_REACHED: ("dim", "\N{EN DASH}", "not reached"),
    Outcome.NOT_JUDGED: ("dim", "?", "not judged in this mode"),
    Outcome.KIT_ERROR: ("fault", "!", "kit error"),
}


def page(trials: Sequence[Trial], found: Verification) -> str:
    """The whole page, as HTML."""
    return whole(
        "streamdrill: what proves the grader",
        [
            "<h1>What proves the grader</h1>",
            *_summary(found),
            *_legend(),
            *(line for trial in trials for line in _section(trial)),
        ],
        style=_STYLE,
    )


def _summary(found: Verification) -> Iterator[str]:
    rate = diagnosis(found.standings)
    said = "Everything holds." if not found.faults else f"{len(found.faults)} faults, listed below."
    yield f"<p>{said} Each reference was judged {found.repeat} times in each mode."
    yield f"Of {rate.total} wrong answers {rate.good} are told their misconception first.</p>"
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("exercise", "time", *COLUMNS))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for each in found.standings:
        anchor = f"{each.exercise}-{each.mode}"
        cells = "".join(
            f'<td class="{"" if tally.whole else "fault"}">{tally}</td>'
            for tally in each.tallies().values()
        )
        name = f'<a href="#{anchor}">{_text(each.exercise)}</a>'
        yield f'<tr><th scope="row">{name}</th><td>{each.mode}</td>{cells}</tr>'
    yield "</tbody></table>"
    if found.faults:
        yield "<ul>"
        for fault in found.faults:
            where = " ".join(filter(None, (fault.exercise, fault.mode, fault.where)))
            yield f'<li><span class="fault">{_text(where)}</span> {_text(fault.text)}</li>'
        yield "</ul>"


def _legend() -> Iterator[str]:
    marks = ", ".join(
        f'<span class="{css}">{mark}</span> {word}' for css, mark, word in _MARKS.values()
    )
    yield (
        f"<p>{marks}. A filled cell is the one that caught a wrong entry: the first essential "
        "behaviour that is unmet. An unmet cell opens and shows what was observed.</p>"
    )


def _section(trial: Trial) -> Iterator[str]:
    of, mode = trial.exercise, trial.mode
    yield f'<h2 id="{of.slug}-{mode}">{_text(of.title)}, on {mode} time</h2>'
    yield f"<p><code>{_text(of.method)} {_text(of.path)}</code></p>"
    yield "<details><summary>The behaviours in words</summary><ol>"
    for rule in trial.rules:
        yield f"<li><code>{rule.id}</code> ({rule.level}) {_text(rule.sentence)}</li>"
    yield "</ol></details>"
    heads = "".join(_head(rule) for rule in trial.rules)
    yield '<div class="matrix" tabindex="0" role="region" '
    yield f'aria-label="{_text(of.title)}, on {mode} time"><table>'
    yield f'<thead><tr><th scope="col">entry</th>{heads}</tr></thead><tbody>'
    yield _row("reference", "", trial.references[0], trial.rules, fault=None)
    for kind in ("right", "wrong"):
        yield f'<tr class="kind"><th>{kind}</th><td colspan="{len(trial.rules)}"></td></tr>'
        for entry, verdict in trial.banked(kind):
            fault = entry_fault(entry, verdict)
            yield _row(entry.file.stem, entry.summary, verdict, trial.rules, fault=fault)
    yield f"</tbody><tfoot>{_footer(trial)}</tfoot></table></div>"


def _head(rule: Rule) -> str:
    title = _text(f"{rule.level}: {rule.sentence}")
    return f'<th scope="col" class="{rule.level}" title="{title}"><span>{rule.id}</span></th>'


def _row(
    name: str, summary: str, verdict: Verdict, rules: Iterable[Rule], *, fault: str | None
) -> str:
    found = {behaviour.id: behaviour for behaviour in verdict.behaviours}
    first = verdict.first_unmet
    caught = first.id if first and first.level is Level.ESSENTIAL else None
    cells = "".join(_cell(found.get(rule.id), rule, first=rule.id == caught) for rule in rules)
    note = f'<br><span class="fault">{_text(fault)}</span>' if fault else ""
    label = f'{_text(name)}<br><span class="dim">{_text(summary)}</span>{note}'
    return f'<tr><th scope="row">{label}</th>{cells}</tr>'


def _cell(behaviour: Behaviour | None, rule: Rule, *, first: bool) -> str:
    if behaviour is None:
        return f'<td class="{rule.level}"></td>'
    css, mark, word = _MARKS[behaviour.outcome]
    if behaviour.evidence is None:
        why = behaviour.blocked_by or behaviour.reason or ""
        title = _text(f"{rule.id}: {word} {why}".strip())
        return f'<td class="{rule.level} {css}" title="{title}">{mark}</td>'
    classes = f"{rule.level} {css}{' first' if first else ''}"
    label = _text(f"{rule.id}: {'caught here' if first else word}")
    shown = _evidence(rule, behaviour.evidence, timeline=first)
    return (
        f'<td class="{classes}"><details name="evidence"><summary aria-label="{label}" '
        f'title="{label}">{mark}</summary><div>{shown}</div></details></td>'
    )


def _evidence(rule: Rule, evidence: Evidence, *, timeline: bool) -> str:
    idea, line = evidence.misconception, evidence.line
    parts = [
        ("observed", f"<pre>{_text(evidence.observed)}</pre>"),
        ("expected", f"<pre>{_text(evidence.expected)}</pre>"),
        (
            "misconception",
            f"<code>{idea.slug}</code> {_text(idea.sentence)}" if idea else "not sure",
        ),
    ]
    if line:
        place = f"<code>{line.number}: {_text(line.text)}</code>"
        parts.append(("line", f"{place} {_text(line.why)}"))
    if timeline and evidence.timeline:
        parts.append(("timeline", f"<pre>{_timeline(evidence.timeline)}</pre>"))
    listed = "".join(f"<dt>{term}</dt><dd>{said}</dd>" for term, said in parts)
    return f"<strong>{_text(rule.sentence)}</strong><dl>{listed}</dl>"


def _timeline(moments: Sequence[Moment]) -> str:
    lines = [
        f"{m.at:8.3f} s  {m.lane:<6}  {_text(m.text)}{f' ({m.count} times)' if m.count > 1 else ''}"
        for m in moments[:_MOMENTS]
    ]
    more = len(moments) - len(lines)
    return "\n".join([*lines, f"and {more} more moments"] if more > 0 else lines)


def _footer(trial: Trial) -> str:
    """How many entries each behaviour catches: wrong ones first, or leaves any unmet."""
    bare = {rule.id for rule in idle(trial)}
    seen = {rule.id for rule in judged(trial)}
    cells = []
    for rule in trial.rules:
        count = _caught(trial, rule)
        css = "fault" if rule.id in bare else ""
        cells.append(f'<td class="{css}">{count if rule.id in seen else "?"}</td>')
    title = "entries that it catches first, or leaves unmet if it is not essential"
    return f'<tr><th scope="row">{title}</th>{"".join(cells)}</tr>'


def _caught(trial: Trial, rule: Rule) -> int:
    if rule.level is Level.ESSENTIAL:
        firsts = [verdict.first_unmet for _, verdict in trial.banked("wrong")]
        return sum(first is not None and first.id == rule.id for first in firsts)
    outcomes = [b.outcome for _, v in trial.bank for b in v.behaviours if b.id == rule.id]
    return outcomes.count(Outcome.UNMET)


def _text(value: str) -> str:
    """Text for HTML, with every character shown that would not be seen; line ends stay."""
    return "\n".join(text(line) for line in value.split("\n"))
