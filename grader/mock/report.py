"""The report of an interview: Markdown, and a few lines on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from grader.advice import Step
from grader.catalogue import exercise
from grader.mock import account
from grader.mock.account import Practice
from grader.mock.interview import Answer, Interview, time_of
from grader.places import program, shown_path
from grader.report import steps
from grader.terminal import Page
from grader.verdicts import Outcome

_MARKS = {Outcome.MET: "x", Outcome.UNMET: " "}


def markdown(interview: Interview) -> str:
    """The whole report."""
    return "\n".join(_sections(interview)) + "\n"


def _sections(interview: Interview) -> Iterator[str]:
    yield f"# {account.title(interview)}\n"
    yield from (f"- **{name}**: {value}" for name, value in account.facts(interview))
    for slug in interview.plan.exercises:
        yield from _exercise(interview, slug)
    if interview.changed:
        yield from _change(interview)
    yield from _answers(interview.answers)
    yield "\n## Time line\n"
    yield "| time | what |"
    yield "|---:|---|"
    for moment in account.moments(interview):
        yield f"| {time_of(moment.at)} | {_cell(moment.text)} |"
    yield "\n## What to practise next\n"
    todo = [*account.exercises_next(interview), *account.cards_next(interview)]
    yield from (f"- `grade {each.command}`: {each.why}" for each in todo)
    if not todo:
        yield NOTHING


NOTHING = "Nothing was left unmet, and no point unmentioned: take another seed, or a higher level."


def _exercise(interview: Interview, slug: str) -> Iterator[str]:
    chosen = exercise(slug)
    yield f"\n## {chosen.title}: {account.outcome(interview, slug)}\n"
    tries = interview.tries(slug)
    if not tries:
        return
    last = tries[-1]
    if not last.behaviours:
        yield "```text"
        yield last.reason
        yield "```"
        return
    yield "| level | met | of |"
    yield "|---|---:|---:|"
    yield from (f"| {level} | {met} | {total} |" for level, met, total in account.tally(last))
    if unmet := last.not_met():
        yield "\nNot met in the end:\n"
        for seen in unmet:
            yield f"- {seen.sentence} ({seen.level}) Seen: {_plain(seen.observed)}"


def _change(interview: Interview) -> Iterator[str]:
    assert interview.changed is not None
    seen, met = account.changed(interview)
    yield f"\n## The requirement that changed: {'met' if met else 'not met'}\n"
    yield f"After {time_of(interview.changed.at)}: {interview.changed.change.words}\n"
    yield from (f"- [{_MARKS.get(each.outcome, ' ')}] {each.sentence}" for each in seen)


def _answers(answers: Sequence[Answer]) -> Iterator[str]:
    if not answers:
        return
    yield "\n## Questions"
    for answer in answers:
        yield f"\n### {answer.question}\n"
        yield f"> {_plain(answer.opener)}\n"
        yield from (f"- [x] {point}" for point in answer.mentioned)
        yield from (f"- [ ] {point}" for point in answer.missed)


def _plain(text: str) -> str:
    """What a learner's code has sent is no HTML, also where Markdown would let it be."""
    return text.replace("<", "&lt;")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def brief(interview: Interview, files: Sequence[Path], page: Page) -> Iterator[Text]:
    """What the learner reads when the interview is over, and where the rest is."""
    used = f"  {time_of(interview.elapsed)}, {interview.ended}"
    yield from page.heading(Text.assemble((account.title(interview), "bold"), (used, "dim")))
    for slug in interview.plan.exercises:
        yield from _short(interview, slug, page)
    if interview.changed:
        _, met = account.changed(interview)
        text = f"the requirement that changed is {'met' if met else 'not met'}"
        yield from _marked(text, page, good=met)
    if interview.answers:
        said, total = account.points(interview)
        text = f"{said} of {total} points mentioned in {len(interview.answers)} answers"
        yield from _marked(text, page, good=said == total)
    yield Text()
    yield from _practice([*account.exercises_next(interview), *account.cards_next(interview)], page)
    reports = [Step(shown_path(str(file))) for file in files]
    yield from steps("report", reports, indent=10)


def _short(interview: Interview, slug: str, page: Page) -> Iterator[Text]:
    tries = interview.tries(slug)
    said = account.outcome(interview, slug)
    counts = (
        ", ".join(f"{lv} {n} of {of}" for lv, n, of in account.tally(tries[-1])) if tries else ""
    )
    text = f"{exercise(slug).title}: {said}{f'; {counts}' if counts else ''}"
    good = bool(tries) and said.startswith("passed") and not said.endswith("in the end")
    yield from _marked(text, page, good=good)


def _marked(text: str, page: Page, *, good: bool) -> Iterator[Text]:
    mark = Text(f"  {page.glyph('met' if good else 'unmet')}", style="green" if good else "red")
    yield from page.wrap(Text(text), first=mark, indent=5)


def _practice(todo: Sequence[Practice], page: Page) -> Iterator[Text]:
    if not todo:
        yield from page.wrap(Text(NOTHING), indent=2)
    label = "next"
    for each in todo:
        yield from steps(label, [Step(f"{program()} {each.command}")], indent=10)
        yield from page.wrap(Text(each.why, style="dim"), indent=12)
        label = ""
