"""The commands that show something to read."""

from __future__ import annotations

import json

import click

from grader.catalogue import exercise
from grader.commands.common import SLUG, Session, color_option


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@color_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the exercises, and how each stands."""
    from grader.board import standing
    from grader.task import document, listing

    states = standing(session.records().read())
    if as_json:
        click.echo(json.dumps(document(states), indent=2))
        return
    page = session.page()
    page.print(listing(states, page))


@click.command()
@click.argument("slug", type=SLUG)
@color_option
@click.pass_obj
def show(session: Session, slug: str) -> None:
    """Show what an exercise asks for."""
    from grader.task import page_of

    page = session.page()
    page.print(page_of(exercise(slug), page))


@click.command("next")
@color_option
@click.pass_obj
def next_(session: Session) -> None:
    """Show the next exercise that is not passed."""
    from grader.board import review, standing, unsolved
    from grader.task import INDENT, all_passed, page_of

    page = session.page()
    slug = unsolved(standing(session.records().read()))
    page.print(page_of(exercise(slug), page) if slug else all_passed())
    page.print(review(session.due(), indent=INDENT if slug else 8))


@click.command()
@click.argument("slug", type=SLUG)
@click.option("--level", type=click.IntRange(1, 3), help="Show up to this level, and no more.")
@color_option
@click.pass_obj
def hint(session: Session, slug: str, level: int | None) -> None:
    """Show a hint; the same command once more shows one more.

    What the last verdict found comes first.
    """
    from grader.lessons import hints

    chosen, records, page = exercise(slug), session.records(), session.page()
    level = records.next_hint(slug, most=len(chosen.hints)) if level is None else level
    page.print(hints(chosen, level, page, found=records.read().get(slug)))


@click.command()
@click.argument("slug", type=SLUG)
@click.option("--spoil", is_flag=True, help="Show the reference although you have not passed.")
@color_option
@click.pass_obj
def diff(session: Session, slug: str, spoil: bool) -> None:
    """Compare your answer with the reference, once you have passed."""
    from grader.compare import Unfinished, compare

    chosen, page = exercise(slug), session.page()
    try:
        page.print(compare(chosen, page, record=session.records().read().get(slug), spoil=spoil))
    except Unfinished as error:
        raise click.ClickException(str(error)) from None
