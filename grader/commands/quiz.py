"""`grade quiz`: the questions, asked again when they are about to be forgotten."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from grader.cards import LEVELS, cards
from grader.catalogue import exercise
from grader.commands.common import SLUG, Session, color_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.text import Text

    from grader.deck.questions import Question
    from grader.deck.reviews import Reviews
    from grader.deck.turns import Standing

NO_INTERVIEW = date.max
KIT_ERROR = 4


class Day(click.ParamType[date]):
    """A day to come, as 2026-12-24, or the word none."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        from grader.deck.reviews import local_now

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
) -> int:
    """Answer interview questions, each again when it is due.

    First what is due, then what a failed exercise is about, then what is new. Say your answer
    aloud, press Enter, tick what you mentioned, and grade yourself. A prediction is graded by what
    the snippet does. q or Ctrl-C ends it; every answer is kept when it is given.

    Exit code: 0, 1 no such question, 2 usage, 4 a snippet could not be run.
    """
    from grader.deck.asking import line_on
    from grader.deck.quiz import Quiz
    from grader.deck.reviews import NotKept, local_now
    from grader.predict.asking import Predictions
    from grader.predict.prediction import Prediction

    deck = _chosen(topic=topic, level=level, slug=slug, predict=predict)
    reviews, page = session.reviews(), session.page(stderr=as_json)
    silent = as_json and only_due
    try:
        if not silent:
            reviews.prepare(local_now())
        if interview_on:
            reviews.meet(None if interview_on == NO_INTERVIEW else interview_on)
            page.print(iter([_promise(interview_on)]))
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
            if not silent:
                asking.ask(number=number, only_due=only_due)
                page.print(asking.ending())
    except NotKept as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(asking.document(), indent=2))
    return KIT_ERROR if asking.left_out else 0


def _promise(interview_on: date) -> Text:
    from rich.text import Text

    from grader.deck.reviews import named

    if interview_on == NO_INTERVIEW:
        return Text("No interview is planned any more.\n", style="dim")
    last = named(interview_on - timedelta(days=1))
    return Text(f"Until the interview nothing is due later than {last}.\n", style="dim")


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
    from grader.deck.reviews import local_now
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
