"""The commands about the kit itself, and about the learner's files."""

from __future__ import annotations

import subprocess
import sys

import click

from grader.catalogue import ROOT, exercise
from grader.commands.common import SLUG, Session, color_option, target_option
from grader.places import shown_path


@click.command()
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


@click.command()
@click.argument("slug", type=SLUG)
def reset(slug: str) -> None:
    """Put the stub of an exercise back. Your file is kept aside."""
    from grader.stub import NoStub, restore

    chosen = exercise(slug)
    try:
        kept = restore(chosen)
    except NoStub as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{shown_path(str(chosen.answer('exercises')))} is the stub again.")
    if kept:
        click.echo(f"Your answer is kept as {shown_path(str(kept))}.")


@click.command()
@color_option
@click.pass_obj
def doctor(session: Session) -> int:
    """Look whether this machine has what the kit needs, and say what to do if not."""
    from grader.doctor import examine, told

    findings = list(examine())
    page = session.page()
    page.print(told(findings, page))
    return 1 if any(finding.blocks for finding in findings) else 0


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", metavar="[PYTEST ARGS]...", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> int:
    """Run the tests with pytest.

    It runs in the project's folder, and the exit code is pytest's.
    """
    command = [sys.executable, "-P", "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
