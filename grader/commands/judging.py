"""The commands that judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import SLUG, Session, color_option, target_option, write

if TYPE_CHECKING:
    from grader.terminal import Page
    from grader.verdicts import Report


@click.command()
@click.argument("named", metavar="[SLUG|FILE]...", nargs=-1, type=SLUG)
@click.option("--as", "slug", metavar="SLUG", type=SLUG, help="Judge each FILE as this exercise.")
@target_option
@click.option("--all", "everything", is_flag=True, help="Judge every exercise.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as one JSON document.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write JUnit XML, for CI.")
@click.option(
    "--gradescope", type=click.Path(path_type=Path), help="Also write Gradescope's results.json."
)
@click.option("--github", is_flag=True, help="Also print annotations for GitHub's workflows.")
@click.option("--real", is_flag=True, help="Judge on an unmodified uvicorn, in real time.")
@click.option("-v", "--verbose", is_flag=True, help="Tell everything in full.")
@color_option
@click.pass_obj
def run(
    session: Session,
    named: tuple[str, ...],
    slug: str | None,
    target: str,
    everything: bool,
    as_json: bool,
    junit: Path | None,
    gradescope: Path | None,
    github: bool,
    real: bool,
    verbose: bool,
) -> int:
    """Judge answers and say what is wrong with them.

    Exit code: 0 all passed, 1 failed, 2 usage, 3 not gradable, 4 a fault of the kit.
    """
    from grader.running import judge
    from grader.targets import jobs
    from grader.verdicts import Report

    if as_json and github:
        raise click.UsageError("--json and --github both print on standard output; take one.")
    todo = jobs(named, slug=slug, target=target, everything=everything)
    report = Report(tuple(judge(todo, real=real, color=session.color, records=session.records())))
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    _tell(report, session.page(verbose=verbose, stderr=as_json), brief=as_json)
    if junit:
        from grader.exports.junit import junit as as_junit

        write(junit, as_junit(report))
    if gradescope:
        from grader.exports.gradescope import gradescope as as_gradescope

        write(gradescope, json.dumps(as_gradescope(report), indent=2) + "\n")
    if github:
        from grader.exports.github import workflow_commands

        for line in workflow_commands(report):
            click.echo(line)
    return report.exit_code


def _tell(report: Report, page: Page, *, brief: bool) -> None:
    from grader.report import tell

    page.print(tell(report, page, brief=brief))


@click.command()
@click.argument("slug", required=False, type=SLUG)
@color_option
@click.pass_obj
def watch(session: Session, slug: str | None) -> int:
    """Judge an exercise on every save.

    Without a SLUG: the next exercise that is not passed. The keys are shown below the verdict.
    """
    from grader.watch import watch as watch_exercise

    return watch_exercise(slug, page=session.page(), records=session.records())
