"""The report of an interview as one page that needs no other file and no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.catalogue import exercise
from grader.mock import account
from grader.mock.account import Practice
from grader.mock.drawing import course
from grader.mock.interview import Answer, Interview, Seen, time_of
from grader.mock.report import NOTHING
from grader.pages import facts, page, table, text
from grader.verdicts import Level, Outcome

_CODE = re.compile(r"`([^`]+)`")
_CSS = {Level.ESSENTIAL: "bad", Level.GOOD: "warn", Level.EXPERT: "source"}
_MET, _MISSED = "\N{CHECK MARK}", "\N{BALLOT X}"
_LEGEND = (
    "A full disc is an attempt that passed, or an answer with every point; at the dashed line the "
    "requirement changes."
)


def html(interview: Interview) -> str:
    """The whole page."""
    title = account.title(interview)
    return page(
        title,
        [
            f"<h1>{text(title)}</h1>",
            facts(account.facts(interview)),
            f'<div class="scroll">{course(interview)}</div>',
            f'<p class="dim">{_LEGEND}</p>',
            *(part for slug in interview.plan.exercises for part in _exercise(interview, slug)),
            *_change(interview),
            *_answers(interview.answers),
            "<h2>Time line</h2>",
            _time_line(interview),
            "<h2>What to practise next</h2>",
            _next([*account.exercises_next(interview), *account.cards_next(interview)]),
        ],
    )


def _exercise(interview: Interview, slug: str) -> Iterator[str]:
    yield f"<h2>{text(exercise(slug).title)}: {account.outcome(interview, slug)}</h2>"
    tries = interview.tries(slug)
    if not tries:
        return
    last = tries[-1]
    if not last.behaviours:
        lines = "<br>".join(map(text, last.reason.split("\n")))
        yield f"<p><code>{lines}</code></p>"
        return
    rows = [[level.capitalize(), *_share(met, of)] for level, met, of in account.tally(last)]
    yield table(["level", "met", ""], rows, numbers=0)
    if unmet := last.not_met():
        yield f"<p>Not met in the end:</p><ul>{''.join(map(_unmet, unmet))}</ul>"


def _share(met: int, total: int) -> list[str]:
    """How many there are in words, and as a bar."""
    bar = (
        f'<svg class="share" viewBox="0 0 200 10" aria-hidden="true">'
        f'<rect class="lane" width="200" height="10"/>'
        f'<rect class="wire" width="{200 * met / total:.0f}" height="10"/></svg>'
    )
    return [f"{met} of {total}", bar]


def _unmet(seen: Seen) -> str:
    css = _CSS[seen.level]
    return (
        f'<li><span class="{css}">{seen.level}</span> {text(seen.sentence)}'
        f'<br><span class="dim">seen: {text(seen.observed)}</span></li>'
    )


def _change(interview: Interview) -> Iterator[str]:
    if interview.changed is None:
        return
    seen, met = account.changed(interview)
    css, word = ("good", "met") if met else ("bad", "not met")
    yield f'<h2>The requirement that changed: <span class="{css}">{word}</span></h2>'
    yield f"<p>After {time_of(interview.changed.at)}: {text(interview.changed.change.words)}</p>"
    yield _checklist([(each.sentence, each.outcome is Outcome.MET) for each in seen])


def _answers(answers: Sequence[Answer]) -> Iterator[str]:
    if answers:
        yield "<h2>Questions</h2>"
    for answer in answers:
        yield f"<h3>{_inline(answer.question)}</h3>"
        yield f'<p class="dim">{_inline(answer.opener)}</p>'
        said = [(point, True) for point in answer.mentioned]
        yield _checklist([*said, *((point, False) for point in answer.missed)])


def _checklist(items: Sequence[tuple[str, bool]]) -> str:
    lines = "".join(
        f'<li><span class="{"good" if done else "bad"}">{_MET if done else _MISSED}</span> '
        f"{_inline(item)}</li>"
        for item, done in items
    )
    return f'<ul class="checks">{lines}</ul>' if lines else ""


def _time_line(interview: Interview) -> str:
    css = {True: "good", False: "bad", None: ""}
    rows = [
        [time_of(each.at), f'<span class="{css[each.good]}">{_inline(each.text)}</span>']
        for each in account.moments(interview)
    ]
    return table(["time", "what"], rows, numbers=1)


def _next(todo: Sequence[Practice]) -> str:
    if not todo:
        return f"<p>{NOTHING}</p>"
    items = (
        f'<li><code>grade {text(each.command)}</code><br><span class="dim">{text(each.why)}</span>'
        "</li>"
        for each in todo
    )
    return f"<ul>{''.join(items)}</ul>"


def _inline(markdown: str) -> str:
    """Text in which what stands in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", text(markdown))
