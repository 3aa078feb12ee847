"""The commands about the wire: what travels on it, and when."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from grader.commands.common import SLUG, Session, color_option, target_option

if TYPE_CHECKING:
    from grader.terminal import Page


@click.command()
@click.argument("what", metavar="SLUG|FILE", type=SLUG)
@target_option
@click.option(
    "--behaviour", metavar="ID", help="What was done while this behaviour was looked for."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for a program.")
@click.option("-v", "--verbose", is_flag=True, help="Draw every moment, however many there are.")
@color_option
@click.pass_obj
def trace(
    session: Session, what: str, target: str, behaviour: str | None, as_json: bool, verbose: bool
) -> int:
    """Draw the wire of an exercise.

    What its source gives and what comes over the wire, moment by moment: of the first behaviour
    that an answer has to mend, or of one in which items travel. Exit codes as for `run`.
    """
    page = session.page(verbose=verbose)
    return _exercise(session, page, what, target=target, behaviour=behaviour, as_json=as_json)


def _exercise(
    session: Session, page: Page, what: str, *, target: str, behaviour: str | None, as_json: bool
) -> int:
    from grader.report import tell
    from grader.running import judge
    from grader.targets import jobs
    from grader.trace.exercise import NothingToDraw, chosen, drawn
    from grader.verdicts import Report

    todo = [
        replace(job, timelines=True)
        for job in jobs([what], slug=None, target=target, everything=False)
    ]
    report = Report(tuple(judge(todo, real=False, color=session.color, records=session.records())))
    (verdict,) = report.verdicts
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
        return report.exit_code
    if not verdict.behaviours:
        page.print(tell(report, page))
        return report.exit_code
    try:
        page.print(drawn(verdict, chosen(verdict, behaviour), page))
    except NothingToDraw as error:
        raise click.UsageError(str(error)) from None
    return report.exit_code
