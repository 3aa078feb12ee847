"""Where interviews are kept: the open one as a document, and a folder for each, with its files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from grader.catalogue import ROOT, exercise, exercises
from grader.kept import Form, Kept
from grader.mock.interview import Interview
from grader.progress import is_stub
from grader.stub import NoStub, pristine

SCHEMA = "streamdrill.mock/1"
_INTERVIEW = TypeAdapter(Interview)


class NoPlace(Exception):
    """No interview can be held: another terminal holds one, or nothing can be written."""


@dataclass(slots=True)
class _Open:
    interview: Interview | None = None


def document(interview: Interview) -> dict[str, Any]:
    """An interview for a program: docs/mock.md."""
    told: dict[str, Any] = _INTERVIEW.dump_python(interview, mode="json")
    return {"schema": SCHEMA, "interview": told}


def _decoded(found: dict[str, Any]) -> _Open:
    told = found["interview"]
    if told is None:
        return _Open()
    interview = _INTERVIEW.validate_python(told)
    if not set(interview.plan.exercises) <= set(exercises()):
        raise ValueError("it is about an exercise that the kit does not have any more")
    return _Open(interview)


def _encoded(content: _Open) -> dict[str, Any]:
    if content.interview is None:
        return {"interview": None}
    return {"interview": _INTERVIEW.dump_python(content.interview, mode="json")}


_FORM = Form(schema=SCHEMA, empty=_Open, decode=_decoded, encode=_encoded)


class Store:
    """The interviews in `folder`; `warn` is told, in a clause, what had to be set aside."""

    def __init__(self, folder: Path, *, warn: Callable[[str], None]) -> None:
        self.folder = folder
        self._open = Kept(folder / "open.json", _FORM, warn=warn)

    def open(self) -> Interview | None:
        """The interview that has not ended, if there is one."""
        return self._open.read().interview

    def keep(self, interview: Interview | None) -> None:
        """Remember `interview` as the open one, or that there is none."""
        with self._open.changing() as content:
            content.interview = interview

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process holds an interview meanwhile. Raises `NoPlace`."""
        lock = FileLock(self.folder / "running.lock", timeout=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise NoPlace(
                "a mock interview is under way in another terminal; go on there."
            ) from None
        except OSError as error:
            advice = "set STREAMDRILL_STATE to a folder that can be written"
            raise NoPlace(f"interviews cannot be kept: {error}; {advice}.") from None
        try:
            yield
        finally:
            lock.release()

    # -- files -----------------------------------------------------------------------------------

    def place(self, interview: Interview) -> Path:
        """The folder of one interview: what the learner writes, and the reports."""
        return self.folder / interview.folder

    def taken(self, folder: str) -> bool:
        """Whether there is an interview of that name."""
        return (self.folder / folder).exists()

    def answer(self, interview: Interview, slug: str) -> Path:
        """The file that the learner edits, laid out like those in exercises/."""
        chosen = exercise(slug)
        return self.place(interview) / chosen.topic / f"{chosen.module}.py"

    def lay_out(self, interview: Interview) -> None:
        """Write the stubs that have been reached and are not there yet. Raises `NoStub`."""
        stubs = {slug: _stub(slug) for slug in interview.plan.exercises}
        reached = {step.exercise for step in interview.plan.steps[: interview.step + 1]}
        self.place(interview).mkdir(parents=True, exist_ok=True)
        for slug in reached:
            file = self.answer(interview, slug)
            if not file.exists():
                file.parent.mkdir(exist_ok=True)
                _write(file, stubs[slug])
        # So that an editor that is opened on this folder finds `sources` and the libraries.
        settings = {"extraPaths": [str(ROOT)], "venvPath": str(ROOT), "venv": ".venv"}
        _write(self.place(interview) / "pyrightconfig.json", json.dumps(settings).encode())

    def finish(self, interview: Interview, reports: dict[str, str]) -> None:
        """Write the reports of `interview`, by file name; none is open after that."""
        folder = self.place(interview)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in reports.items():
            _write(folder / name, text.encode())
        self.keep(None)


def _stub(slug: str) -> bytes:
    """The stub of an exercise, from the history, or from the learner's file where it is one."""
    own = exercise(slug).answer("exercises")
    try:
        return pristine(own)
    except NoStub:
        content = own.read_bytes() if own.exists() else b""
        if is_stub(content):
            return content
        raise


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.draft")
    draft.write_bytes(content)
    os.replace(draft, file)
