"""What the commands share: where they write, and the options that several have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from grader.catalogue import exercises
from grader.places import TARGETS

if TYPE_CHECKING:
    from grader.deck.reviews import Reviews
    from grader.progress import Progress
    from grader.terminal import Page

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """What all commands share."""

    color: str = "auto"

    def page(self, *, verbose: bool = False, stderr: bool = False) -> Page:
        from grader.terminal import Page, console

        return Page(console(self.color, stderr=stderr), verbose=verbose)

    def records(self) -> Progress:
        """What is remembered of the learner's own answers."""
        from grader.progress import Progress

        return Progress(warn=self.say)

    def reviews(self) -> Reviews:
        """What the learner has answered, and when it is due again."""
        from grader.deck.reviews import Reviews

        return Reviews(self.records().folder, warn=self.say)

    def due(self) -> int:
        """How many questions are due now."""
        from grader.deck.questions import slugs
        from grader.deck.reviews import local_now

        return len(self.reviews().read().due_by(local_now(), slugs()))

    def say(self, text: str) -> None:
        """One line on standard error."""
        from rich.text import Text

        line = Text.assemble(("grade: ", "bold red"), text)
        self.page(stderr=True).print(iter([line]))


class Slug(click.ParamType[str]):
    """The name of an exercise, which a shell completes. Whether it exists is looked up later."""

    name = "slug"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(slug, help=exercise.title)
            for slug, exercise in exercises().items()
            if slug.startswith(incomplete)
        ]


SLUG = Slug()


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


def write(file: Path, text: str) -> None:
    """Write a report to `file`, or say in one sentence why that cannot be."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
