"""The command that holds the kit to its own word."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import click

from grader.catalogue import ROOT, exercise, exercises
from grader.commands.common import SLUG, Session, color_option


@click.command()
@click.argument("slugs", metavar="[SLUG]...", nargs=-1, type=SLUG)
@click.option("--real", is_flag=True, help="On an unmodified uvicorn, in real time, instead.")
@click.option("--both", is_flag=True, help="On virtual and then on real time.")
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="How often each reference is judged.",
)
@click.option("--only", type=click.Choice(["structure"]), help="Only files and names; no judging.")
@click.option(
    "--matrix",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write a page that shows which behaviour catches what.",
)
@click.option("--mutate", is_flag=True, help="Judge mutants of the references, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as a JSON document.")
@color_option
@click.pass_obj
def verify(
    session: Session,
    slugs: tuple[str, ...],
    real: bool,
    both: bool,
    repeat: int,
    only: str | None,
    matrix: Path | None,
    mutate: bool,
    as_json: bool,
) -> int:
    """Prove that the grader tells right from wrong.

    It judges every stub, reference and entry of the bank, of all exercises or of those named, and
    holds each to its verdict. Exit code: 0 everything holds, 1 something does not, 2 usage, 4 a
    fault of the kit.
    """
    from grader.verify.report import tell
    from grader.verify.run import verify as verified

    if real and both:
        raise click.UsageError("--both includes --real; take one.")
    if only and (real or both or matrix):
        raise click.UsageError(
            "--only structure judges nothing; leave out --real, --both, --matrix."
        )
    if matrix and not matrix.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder {matrix.parent} to write {matrix.name} to.")
    if mutate and (real or both or matrix or only):
        raise click.UsageError("--mutate goes alone; leave out --real, --both, --matrix, --only.")
    chosen = list(dict.fromkeys(exercise(slug).slug for slug in slugs)) or list(exercises())
    if not (ROOT / "tests" / "bank").is_dir():
        raise click.UsageError("the bank is not here, for an image has none; run it in a clone.")
    if mutate:
        return _mutated(chosen, as_json=as_json, color=session.color)
    modes = [] if only else ["virtual", "real"] if both else ["real" if real else "virtual"]
    found, trials = verified(chosen, modes=modes, repeat=repeat, color=session.color)
    if matrix:
        from grader.verify.matrix import page

        matrix.write_text(page(trials, found), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    shown = session.page(stderr=as_json)
    shown.print(tell(found, shown))
    return found.exit_code


def _mutated(slugs: list[str], *, as_json: bool, color: str) -> int:
    from grader.bar import bar
    from grader.verify import mutants

    accounts = []
    total = sum(len(mutants.mutants_of(slug)) for slug in slugs)
    with bar("mutants", total=total, color=color) as show:
        done = count(1)
        for account in mutants.mutate(slugs, tell=lambda _: show(next(done)) if show else None):
            accounts.append(account)
            click.echo("\n".join(mutants.told(account)), err=as_json)
    if as_json:
        click.echo(json.dumps(mutants.document(accounts), indent=2))
    return mutants.exit_code(accounts)
