"""Putting the stub of an exercise back, and losing nothing of the learner's.

The stubs are in the project's history: the newest version of a file that still raises
`NotImplementedError` is its stub, whatever has been committed since.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from grader.catalogue import ROOT, STATE, Exercise
from grader.progress import is_stub

ASIDE = STATE / "kept"


class NoStub(LookupError):
    """The stub cannot be found. The text says why, and what to do."""


def restore(exercise: Exercise) -> Path | None:
    """Write the stub over the learner's file, and return where that file is kept now.

    None if there was nothing to keep. Raises `NoStub`; then nothing has been touched.
    """
    file = exercise.answer("exercises")
    stub = pristine(file)
    kept = None
    if file.exists() and file.read_bytes() != stub:
        moment = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
        kept = ASIDE / f"{file.stem}-{moment}.py"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, kept)  # the state may be on another file system
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.stub")
    draft.write_bytes(stub)
    draft.replace(file)
    return kept


def pristine(file: Path) -> bytes:
    """The stub that belongs in `file`. Raises `NoStub`."""
    name = file.relative_to(ROOT).as_posix()
    for commit in _git("log", "--format=%H", "--", name).decode().split():
        try:
            content = _git("show", f"{commit}:{name}")
        except NoStub:  # the commit that removed it
            continue
        if is_stub(content):
            return content
    raise NoStub(f"no commit holds a stub of {name}; copy the file from a fresh clone.")


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)
    except FileNotFoundError:
        raise NoStub(
            "the stubs are in the project's history, and git is not installed; install it, or "
            "copy the file from a fresh clone."
        ) from None
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip().split("\n")[0]
        raise NoStub(f"git cannot read the project's history ({words}).") from None
    return done.stdout
