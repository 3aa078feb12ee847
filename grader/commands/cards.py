"""`grade cards`: the deck of interview cards."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.cards import LEVELS, cards, unknown
from grader.commands.common import Session, color_option


class CardSlug(click.ParamType[str]):
    """The id of a card, which a shell completes. Whether it exists is looked up later."""

    name = "id"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from grader.deck.questions import questions

        return [
            CompletionItem(slug, help=question.question)
            for slug, question in questions().items()
            if slug.startswith(incomplete)
        ]


@click.group("cards")
def group() -> None:
    """Read, check and export the interview cards."""


@group.command("list")
@click.option("--level", type=click.Choice(LEVELS), help="Only the cards of this level.")
@click.option("--topic", help="Only the cards of this topic.")
@color_option
@click.pass_obj
def list_(session: Session, level: str | None, topic: str | None) -> None:
    """List the cards, predictions among them: id, level, topic and question."""
    from grader.deck.page import by_level
    from grader.deck.questions import questions
    from grader.lessons import titles

    chosen = [
        each
        for each in by_level(questions().values())
        if level in (None, each.level) and topic in (None, each.topic)
    ]
    if not chosen:
        known = ", ".join(sorted({each.topic for each in questions().values()}))
        raise click.ClickException(f"no card is about {topic!r} at that level; topics: {known}")
    page = session.page()
    page.print(titles(chosen, page))


@group.command()
@click.argument("id", type=CardSlug())
@color_option
@click.pass_obj
def show(session: Session, id: str) -> None:  # noqa: A002 - it is what the usage line says
    """Print one card; of a prediction, what it asks."""
    from grader.deck.questions import questions
    from grader.lessons import one_card
    from grader.predict.prediction import predictions
    from grader.predict.view import one_prediction

    page = session.page()
    if id not in questions():
        raise unknown(id, list(questions()))
    prediction = predictions().get(id)
    page.print(one_prediction(prediction, page) if prediction else one_card(id, page))


@click.command()
@click.argument("id", type=CardSlug(), required=False)
@color_option
@click.pass_context
def card(context: click.Context, id: str | None) -> None:  # noqa: A002
    """Print an interview card, or list them all: short for `cards show` and `cards list`."""
    if id:
        context.invoke(show, id=id)
    else:
        context.invoke(list_)


@group.command()
@click.pass_context
def check(context: click.Context) -> None:
    """List cards without evidence, with stale versions, and links that lead nowhere.

    Exits with 1 if there are any.
    """
    from grader.deck.check import Linked, faults
    from grader.predict.prediction import predictions

    found = list(faults(Linked.known()))
    for fault in found:
        click.echo(fault)
    tested = sum(bool(card.tests) for card in cards().values())
    count = f"{len(cards())} cards, {tested} of them run by tests; {len(predictions())} predictions"
    click.echo(f"{count}; faults: {len(found)}")
    context.exit(1 if found else 0)


@group.command()
def page() -> None:
    """Print the whole deck as Markdown: INTERVIEW.md."""
    from grader.deck.page import page as whole

    click.echo(whole(cards().values()))


@group.command()
@click.option(
    "--anki",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE.apkg",
    help="Write a package for Anki; importing it again updates.",
)
@click.option("--tsv", is_flag=True, help="Print a table with tabs between its columns.")
def export(anki: Path | None, tsv: bool) -> None:
    """Hand the deck to another program."""
    from grader.deck import export as exports
    from grader.deck.page import by_level

    if not (anki or tsv):
        raise click.UsageError("say where to: --anki FILE.apkg or --tsv")
    deck = by_level(cards().values())
    if anki:
        exports.anki(deck, anki)
        click.echo(f"{anki}: {len(deck)} cards", err=True)
    if tsv:
        click.echo(exports.tsv(deck), nl=False)
