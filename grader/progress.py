"""What the board remembers: the last verdict on each of the learner's own files."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock

from grader.catalogue import STATE
from grader.verdicts import Outcome, Result, Verdict

FILE = STATE / "progress.json"
SCHEMA = "streamdrill.progress/1"


class State(StrEnum):
    """How an exercise stands."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_GRADABLE = "not gradable"
    CHANGED = "changed since the last verdict"
    NOT_JUDGED = "not judged yet"
    NOT_STARTED = "not started"
    MISSING = "the file is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A verdict in brief, and the SHA-256 of the file that it was given on."""

    result: Result
    met: int
    total: int
    sha256: str
    unmet: str = ""  # the sentence of the first unmet behaviour
    idea: str = ""  # the sentence of the likely misconception
    hint: int = 1  # the level of the hint that fits it


class Progress:
    """The records by slug, in one JSON file that is only ever replaced as a whole.

    A file that cannot be understood is set aside under another name; `warn` is told so. Two
    commands that write at once wait for each other.
    """

    def __init__(self, file: Path = FILE, *, warn: Callable[[str], None]) -> None:
        self._file = file
        self._warn = warn

    def read(self) -> dict[str, Record]:
        """The record of each exercise that has one, by slug."""
        return self._load()[0]

    def _load(self) -> tuple[dict[str, Record], dict[str, int]]:
        """The records, and how many hints have been shown, both by slug."""
        try:
            document = json.loads(self._file.read_bytes())
            if document["schema"] != SCHEMA:
                raise ValueError
            records = {slug: _record(entry) for slug, entry in document["exercises"].items()}
            return records, {slug: int(n) for slug, n in document.get("hints", {}).items()}
        except FileNotFoundError:
            return {}, {}
        except (ValueError, LookupError, TypeError, AttributeError):
            self._set_aside()
            return {}, {}

    def remember(self, verdict: Verdict, *, sha256: str) -> None:
        """Keep `verdict` on the file whose bytes have that digest; a kit error says nothing."""
        if verdict.result is Result.KIT_ERROR:
            return
        record = _brief(verdict, sha256)

        def add(records: dict[str, Record], hints: dict[str, int]) -> None:
            records[verdict.exercise] = record

        try:
            self._change(add)
        except OSError as error:
            self._warn(f"the verdict could not be kept for the board: {error}")

    def next_hint(self, slug: str, *, most: int) -> int:
        """The level of the next hint, from 1 to `most`; asked again, it is one more."""
        levels: list[int] = []

        def count(records: dict[str, Record], hints: dict[str, int]) -> None:
            hints[slug] = min(max(hints.get(slug, 0), 0) + 1, most)
            levels.append(hints[slug])

        try:
            self._change(count)
        except OSError as error:
            self._warn(f"that this hint was shown could not be kept: {error}")
        return levels[0] if levels else 1

    def _change(self, change: Callable[[dict[str, Record], dict[str, int]], None]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._file.with_suffix(".lock")):
            records, hints = self._load()
            change(records, hints)
            self._write(records, hints)

    def _write(self, records: dict[str, Record], hints: dict[str, int]) -> None:
        exercises = {slug: asdict(record) for slug, record in records.items()}
        text = json.dumps({"schema": SCHEMA, "exercises": exercises, "hints": hints}, indent=2)
        descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix="progress-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            os.replace(name, self._file)
        except BaseException:
            os.unlink(name)
            raise

    def _set_aside(self) -> None:
        digest = hashlib.sha256(self._file.read_bytes()).hexdigest()[:8]
        aside = self._file.with_name(f"progress.unreadable-{digest}.json")
        os.replace(self._file, aside)
        self._warn(f"{self._file.name} could not be understood; it is kept as {aside.name}")


def _brief(verdict: Verdict, sha256: str) -> Record:
    first = verdict.first_unmet
    evidence = first.evidence if first else None
    return Record(
        result=verdict.result,
        met=sum(b.outcome is Outcome.MET for b in verdict.behaviours),
        total=len(verdict.behaviours),
        sha256=sha256,
        unmet=first.sentence if first else "",
        idea=evidence.misconception.sentence if evidence and evidence.misconception else "",
        hint=evidence.hint if evidence else 1,
    )


def _record(entry: dict[str, Any]) -> Record:
    record = Record(**{**entry, "result": Result(entry["result"])})
    if not isinstance(record.met, int) or not isinstance(record.total, int):
        raise TypeError
    return record


def digest(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def state(file: Path, record: Record | None) -> State:
    """How the answer in `file` stands, without running it."""
    try:
        source = file.read_bytes()
    except OSError:
        return State.MISSING
    current = record is not None and record.sha256 == hashlib.sha256(source).hexdigest()
    if record and current and record.result is Result.PASSED:
        return State.PASSED
    if is_stub(source):
        return State.NOT_STARTED
    if record is None:
        return State.NOT_JUDGED
    return State[record.result.name] if current else State.CHANGED


def is_stub(source: bytes) -> bool:
    """Whether the learner has still to begin: something raises NotImplementedError."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return any(_raises_not_implemented(node) for node in ast.walk(tree))


def _raises_not_implemented(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
