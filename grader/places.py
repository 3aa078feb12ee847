"""Names for files and for the command itself that hold where the learner stands."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from grader.catalogue import ROOT, Exercise

TARGETS = ("exercises", "solutions")


def target_of(exercise: Exercise, file: Path) -> str | None:
    """The folder of the project in which `file` is the answer to `exercise`, if it is one."""
    return next((target for target in TARGETS if exercise.answer(target) == file), None)


def shown_path(file: str) -> str:
    """`file` as a terminal can follow it: below the current folder relative, else absolute."""
    path = ROOT / file
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def project_path(file: Path) -> str:
    """`file` as a verdict names it: below the project relative, with slashes, else absolute."""
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)


def program() -> str:
    """How this command can be called from where the learner is."""
    if command := os.environ.get("STREAMDRILL_COMMAND"):  # of what runs it in a container
        return command
    if shutil.which("grade"):
        return "grade"
    script = shown_path("grade")
    if os.name == "nt":
        return f"py {script}"
    return script if os.path.isabs(script) else f"./{script}"
