"""The command that holds a mock interview."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cards import LEVELS
from grader.commands.common import Session, color_option, write
from grader.places import program, shown_path

if TYPE_CHECKING:
    from grader.mock.interview import Interview
    from grader.mock.store import Store

SUFFIXES = (".html", ".md", ".json")
_PLAN = ("minutes", "level", "seed", "new")
KIT_ERROR, INTERRUPTED = 4, 130


def _checked(_: click.Context, __: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Before the interview, not behind it: a report that has no place is a pity."""
    for file in files:
        if file.suffix not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            raise click.UsageError(f"{file} is no report; its name has to end in one of {known}.")
        if not file.absolute().parent.is_dir():
            raise click.UsageError(f"there is no folder {file.parent} for {file.name}; make it.")
    return files


@click.command()
@click.option(
    "--minutes",
    type=click.IntRange(15, 180),
    default=45,
    show_default=True,
    help="How long it is to take.",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="senior",
    show_default=True,
    help="Of whom it is asked.",
)
@click.option("--seed", type=click.IntRange(0), help="The same seed is the same interview.")
@click.option("--resume", is_flag=True, help="Go on with the one that was interrupted.")
@click.option("--new", is_flag=True, help="Begin anew, although one was interrupted.")
@click.option(
    "--report",
    "reports",
    metavar="FILE",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_checked,
    help="Also write the report there: .html, .md or .json. May be given several times.",
)
@color_option
@click.pass_obj
def mock(
    session: Session,
    minutes: int,
    level: str,
    seed: int | None,
    resume: bool,
    new: bool,
    reports: tuple[Path, ...],
) -> int:
    """Hold a mock interview: code, questions, and a requirement that changes.

    One or two exercises in a folder of their own, without hints and against the clock; questions
    about what the code did; half-way a requirement that changes; and a report. It can be left at
    any time, and its clock stands until --resume.
    """
    import secrets

    from grader.judge.evidence import Distrust
    from grader.mock.store import NoPlace, Store
    from grader.stub import NoStub

    if resume:
        _refuse_a_plan()
    store = Store(session.records().folder / "mock", warn=session.say)
    try:
        with store.alone():
            interview = _opened(session, store, resume=resume, new=new)
            if interview is None:
                seed = secrets.randbelow(10_000) if seed is None else seed
                interview = _begun(session, store, seed=seed, level=level, minutes=minutes)
            return _held(session, store, interview, reports)
    except (NoPlace, NoStub) as error:
        raise click.ClickException(str(error)) from None
    except Distrust as error:
        session.say(str(error))
        return KIT_ERROR


def _refuse_a_plan() -> None:
    """An interview that is gone on with has its level and its time already."""
    context = click.get_current_context()
    for name in _PLAN:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--resume goes on with what is open; leave out --{name}.")


def _opened(session: Session, store: Store, *, resume: bool, new: bool) -> Interview | None:
    """The interview to go on with; None if a new one is to begin."""
    from grader.mock.interview import time_of

    found = store.open()
    if found is None:
        if resume:
            raise click.UsageError(f"no interview is open; `{program()} mock` begins one.")
        return None
    about = f"an interview of {found.began:%d %B, %H:%M} is open, with {time_of(found.left)} left"
    if not (resume or new) and sys.stdin.isatty():
        resume = click.confirm(f"A{about[1:]}. Go on with it?", default=True)
        new = not resume and click.confirm("Discard it, and begin a new one?", default=False)
    if resume:
        return found
    if not new:
        again = f"`{program()} mock --resume` goes on with it, `--new` discards it"
        raise click.UsageError(f"{about}: {again}.")
    store.keep(None)
    session.say(f"discarded; its files are still in {shown_path(str(store.place(found)))}")
    return None


def _begun(session: Session, store: Store, *, seed: int, level: str, minutes: int) -> Interview:
    from grader.deck.reviews import local_now
    from grader.mock.conduct import begin
    from grader.mock.plan import plan

    made = plan(seed=seed, level=level, minutes=minutes, records=session.records().read())
    return begin(made, store, clock=local_now)


def _held(session: Session, store: Store, interview: Interview, reports: tuple[Path, ...]) -> int:
    from grader.deck.reviews import local_now
    from grader.mock.conduct import FORMS, conduct
    from grader.mock.course import Left
    from grader.mock.report import brief

    page = session.page()
    try:
        ended = conduct(
            interview, store, page=page, clock=local_now, remember=session.reviews().add
        )
    except (Left, KeyboardInterrupt) as error:
        click.echo(err=True)
        session.say(f"the interview is kept; `{program()} mock --resume` goes on where it stands.")
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 0
    except OSError as error:
        again = f"`{program()} mock --resume` writes it once there is room"
        raise click.ClickException(f"the report cannot be written: {error}; {again}.") from None
    files = [store.place(ended) / f"report{suffix}" for suffix in (".md", ".html")]
    page.print(brief(ended, [*files, *reports], page))
    for file in reports:
        write(file, FORMS[file.suffix](ended))
    return 0
