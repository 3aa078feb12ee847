"""From what was typed to the files to judge, or to the sentence that says why not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from grader.catalogue import Exercise, exercise, exercises
from grader.judge.sessions import Job
from grader.places import program, shown_path, target_of


def jobs(named: Sequence[str], *, slug: str | None, target: str, everything: bool) -> list[Job]:
    """What `grade run` is to judge, in the order in which it was named, nothing twice.

    Raises `click.UsageError` or `UnknownExercise` if a part of it cannot be judged.
    """
    if everything and (named or slug):
        raise click.UsageError("--all judges every exercise; leave out the names, or --all.")
    if not everything and not named:
        raise click.UsageError(
            f"nothing to judge; type `{program()} run {next(iter(exercises()))}` for one exercise, "
            f"`{program()} run --all` for every one, `{program()}` for the board."
        )
    try:
        if slug:
            answered = exercise(slug).slug
            found = [Job(slug=answered, file=_python_file(name)) for name in named]
        else:
            found = [_job(name, target) for name in (exercises() if everything else named)]
    except PermissionError as error:  # to enter a folder
        raise click.UsageError(_unreadable(error.filename)) from None
    return list(dict.fromkeys(found))


def _job(name: str, target: str) -> Job:
    if name in exercises() or not _is_path(name):
        return _answer(exercise(name), target)
    file = _python_file(name)
    for answered in exercises().values():
        if target_of(answered, file):
            return Job(slug=answered.slug, file=file)
    raise click.UsageError(
        f"{name} answers no exercise by its place; say which: `{program()} run {name} --as SLUG`."
    )


def _is_path(name: str) -> bool:
    return name.endswith(".py") or "/" in name or os.path.exists(name)


def _answer(wanted: Exercise, target: str) -> Job:
    file = wanted.answer(target)
    if not file.is_file():
        shown = shown_path(str(file))
        raise click.UsageError(f"there is no {shown}; `git checkout -- {shown}` brings it back.")
    return Job(slug=wanted.slug, file=_readable(file, str(file)))


def _python_file(name: str) -> Path:
    file = Path(os.path.abspath(name))
    if file.is_dir():
        raise click.UsageError(f"{name} is a folder; name the .py file in it that is to be judged.")
    if not file.exists():
        raise click.UsageError(f"there is no file {name}; check the path.")
    if file.suffix != ".py" or not file.is_file():
        raise click.UsageError(f"{name} is no Python file; its name has to end in .py.")
    return _readable(file, name)


def _readable(file: Path, name: str) -> Path:
    if not os.access(file, os.R_OK):
        raise click.UsageError(_unreadable(name))
    return file


def _unreadable(name: str) -> str:
    return f"{name} cannot be read; check its permissions."
