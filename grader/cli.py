"""The command line: a group of commands whose errors are one sentence each."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import click

from grader import __version__
from grader.cards import CardError, UnknownCardError
from grader.catalogue import UnknownExercise, exercises
from grader.commands import cards, clients, judging, kit, mock, quiz, reading, verifying, wire
from grader.commands.common import Session, color_option
from grader.places import program

COMPLETE = "_GRADE_COMPLETE"  # the variable by which a shell asks for what a word may become
USAGE, KIT_ERROR, INTERRUPTED = 2, 4, 130


class Grade(click.Group):
    """A group whose errors are one sentence, and whose exit codes are those of a report."""

    def main(self, *args: Any, **extra: Any) -> Any:
        session = Session()
        extra = {"prog_name": program(), "complete_var": COMPLETE, **extra}
        extra |= {"standalone_mode": False, "obj": session}
        try:
            code = super().main(*args, **extra)
        except (UnknownExercise, UnknownCardError) as error:
            session.say(str(error))
            code = USAGE
        except CardError as error:
            session.say(str(error))
            code = 1
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

        session = context.ensure_object(Session)
        page = session.page()
        page.print(board(session.records().read(), page, due=session.due()))


for command in (
    judging.run,
    judging.watch,
    clients.clients,
    wire.trace,
    wire.bench,
    reading.next_,
    reading.show,
    reading.hint,
    reading.diff,
    reading.list_,
    cards.card,
    cards.group,
    quiz.quiz,
    mock.mock,
    kit.reset,
    kit.serve,
    kit.doctor,
    kit.test,
    verifying.verify,
):
    main.add_command(command)
