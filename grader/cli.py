"""The command line. What only one command needs is imported by that command, when it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader import __version__
from grader.cards import UnknownCardError
from grader.catalogue import ROOT, UnknownExercise, exercise, exercises
from grader.places import TARGETS, program

if TYPE_CHECKING:
    from grader.terminal import Page
    from grader.verdicts import Report

USAGE, KIT_ERROR, INTERRUPTED = 2, 4, 130

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """What all commands share."""

    color: str = "auto"

    def page(self, *, verbose: bool = False, stderr: bool = False) -> Page:
        from grader.terminal import Page, console

        return Page(console(self.color, stderr=stderr), verbose=verbose)

    def say(self, text: str) -> None:
        """One line on standard error."""
        from rich.text import Text

        line = Text.assemble(("grade: ", "bold red"), text)
        self.page(stderr=True).print(iter([line]))


class Grade(click.Group):
    """A group whose errors are one sentence, and whose exit codes are those of a report."""

    def main(self, *args: Any, **extra: Any) -> Any:
        session = Session()
        extra = {"prog_name": program(), **extra, "standalone_mode": False, "obj": session}
        try:
            code = super().main(*args, **extra)
        except (UnknownExercise, UnknownCardError) as error:
            session.say(str(error))
            code = USAGE
        except click.ClickException as error:
            _refuse(error, session)
            code = error.exit_code
        except click.Abort:
            session.say("interrupted")
            code = INTERRUPTED
        except Exception as error:
            traceback.print_exc()
            session.say(f"a fault of the kit, not yours: {error!r}; please report the lines above")
            code = KIT_ERROR
        sys.exit(code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] in exercises():
            raise click.UsageError(f"{args[0]} is an exercise; judge it: {program()} run {args[0]}")
        return super().resolve_command(ctx, args)


def _refuse(error: click.ClickException, session: Session) -> None:
    context = getattr(error, "ctx", None)
    if context:  # the error is click's own
        session.say(f"{error.format_message()} See {context.command_path} --help.")
    else:
        session.say(error.format_message())


def _set_color(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        context.find_object(Session).color = value  # type: ignore[union-attr]


def color_option(command: Command) -> Command:
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        callback=_set_color,
        expose_value=False,
        help="When to use colour; auto is in a terminal, unless NO_COLOR is set.",
    )(command)


def target_option(command: Command) -> Command:
    return click.option(
        "--target",
        type=click.Choice(TARGETS),
        default=TARGETS[0],
        show_default=True,
        help="The folder whose answers are meant.",
    )(command)


@click.group(cls=Grade, invoke_without_command=True)
@click.version_option(__version__, prog_name="streamdrill")
@color_option
@click.pass_context
def main(context: click.Context) -> None:
    """Tell a true stream from a fake one.

    Without a command: the board of exercises, how each stands, and what to do next.
    """
    if context.invoked_subcommand is None:
        from grader.board import board
        from grader.progress import Progress

        session = context.ensure_object(Session)
        page = session.page()
        page.print(board(Progress(warn=session.say).read(), page))


@main.command()
@click.argument("named", metavar="[SLUG|FILE]...", nargs=-1)
@click.option("--as", "slug", metavar="SLUG", help="Judge each FILE as this exercise.")
@target_option
@click.option("--all", "everything", is_flag=True, help="Judge every exercise.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as one JSON document.")
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
    real: bool,
    verbose: bool,
) -> int:
    """Judge answers and say what is wrong with them.

    Exit code: 0 all passed, 1 failed, 2 usage, 3 not gradable, 4 a fault of the kit.
    """
    from grader.progress import Progress
    from grader.running import judge
    from grader.targets import jobs
    from grader.verdicts import Report

    todo = jobs(named, slug=slug, target=target, everything=everything)
    records = Progress(warn=session.say)
    report = Report(tuple(judge(todo, real=real, color=session.color, records=records)))
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
        _tell(report, session.page(stderr=True), brief=True)
    else:
        _tell(report, session.page(verbose=verbose), brief=False)
    return report.exit_code


def _tell(report: Report, page: Page, *, brief: bool) -> None:
    from grader.report import tell

    page.print(tell(report, page, brief=brief))


@main.command()
@target_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 finds a free one.",
)
def serve(target: str, host: str, port: int) -> None:
    """Serve all answers as one live application, with /docs."""
    from grader.serve import serve as serve_live

    serve_live(target, host=host, port=port)


@main.command()
@click.argument("slug")
@click.option(
    "--level", type=click.IntRange(1, 3), default=1, show_default=True, help="How much to tell."
)
@color_option
@click.pass_obj
def hint(session: Session, slug: str, level: int) -> None:
    """Print the hints of an exercise, up to a level."""
    from grader.lessons import hints

    page = session.page()
    page.print(hints(exercise(slug), level, page))


@main.command()
@click.argument("slug", required=False)
@color_option
@click.pass_obj
def card(session: Session, slug: str | None) -> None:
    """Print an interview card, or list them all."""
    from grader.lessons import one_card, titles

    page = session.page()
    page.print(one_card(slug, page) if slug else titles(page))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", metavar="[PYTEST ARGS]...", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> int:
    """Run the tests with pytest.

    It runs in the project's folder, and the exit code is pytest's.
    """
    command = [sys.executable, "-P", "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
