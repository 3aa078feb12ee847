"""`grade quiz`: the questions, asked again when they are about to be forgotten."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import click

from grader.cards import LEVELS, cards
from grader.catalogue import exercise
from grader.commands.common import SLUG, Session, color_option
from grader.deck.reviews import local_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.deck.questions import Question
    from grader.deck.reviews import Reviews
    from grader.deck.turns import Standing

NO_INTERVIEW = date.max


class Day(click.ParamType[date]):
    """A day to come, as 2026-12-24, or the word none."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if value in ("none", NO_INTERVIEW):
            return NO_INTERVIEW
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-12-24, or none.", param, ctx)
        if day <= local_now().date():
            self.fail(f"{day} is not to come; name a later day, or none.", param, ctx)
        return day


@click.command()
@click.option("--topic", metavar="TOPIC", help="Only questions of this topic.")
@click.option("--level", type=click.Choice(LEVELS), help="Only questions of this level.")
@click.option("--exercise", "slug", metavar="SLUG", type=SLUG, help="Only those of this exercise.")
@click.option("--due", "only_due", is_flag=True, help="Only what is due; nothing new.")
@click.option("--predict", is_flag=True, help="Only predictions of what a snippet does.")
@click.option(
    "--interview-on",
    metavar="DATE",
    type=Day(),
    help="Have nothing due later than the day before; remembered. none forgets it.",
)
@click.option(
    "-n", "--number", type=click.IntRange(1), default=10, show_default=True, help="At most so many."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document; with --due, ask nothing."
)
@color_option
@click.pass_obj
def quiz(
    session: Session,
    topic: str | None,
    level: str | None,
    slug: str | None,
    only_due: bool,
    predict: bool,
    interview_on: date | None,
    number: int,
    as_json: bool,
) -> None:
    """Answer interview questions, again when you are about to forget them.

    First what is due, then what a failed exercise is about, then what is new. Say your answer
    aloud, press Enter, tick what you mentioned, and grade yourself. A prediction is graded by what
    the snippet does. q or Ctrl-C ends it; every answer is kept when it is given.
    """
    from grader.deck.asking import line_on
    from grader.deck.quiz import Quiz
    from grader.deck.reviews import NotKept
    from grader.predict.asking import Predictions
    from grader.predict.prediction import Prediction

    deck = _chosen(topic=topic, level=level, slug=slug, predict=predict)
    reviews, page = session.reviews(), session.page(stderr=as_json)
    try:
        reviews.prepare(local_now())
        if interview_on:
            reviews.meet(None if interview_on == NO_INTERVIEW else interview_on)
        predictions = [each for each in deck.values() if isinstance(each, Prediction)]
        with Predictions(predictions) as running:
            asking = Quiz(
                deck=deck,
                reviews=reviews,
                standing=lambda: _standing(session, reviews),
                page=page,
                line=line_on(page),
                predictions=running,
            )
            if not (as_json and only_due):
                asking.ask(number=number, only_due=only_due)
                page.print(asking.ending())
    except NotKept as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(asking.document(), indent=2))


def _chosen(
    *, topic: str | None, level: str | None, slug: str | None, predict: bool
) -> Mapping[str, Question]:
    """The questions that were asked for. Raises `click.ClickException` if there are none."""
    from grader.deck.questions import belongs, questions

    known = questions()
    named = exercise(slug).slug if slug else None
    chosen = {
        name: each
        for name, each in known.items()
        if topic in (None, each.topic)
        and level in (None, each.level)
        and (named is None or belongs(each, named))
        and (not predict or name not in cards())
    }
    if not chosen:
        topics = ", ".join(sorted({each.topic for each in known.values()}))
        raise click.ClickException(f"no question is like that; topics: {topics}.")
    return chosen


def _standing(session: Session, reviews: Reviews) -> Standing:
    from grader.board import standing
    from grader.deck.turns import Standing
    from grader.progress import State

    records = session.records().read()
    states = standing(records)
    return Standing(
        history=reviews.read(),
        records=records,
        solved=[slug for slug, found in states.items() if found is State.PASSED],
        now=local_now(),
    )
