"""What the board remembers: the last verdict on each of the learner's own files."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from grader.catalogue import STATE
from grader.kept import Form, Kept
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
    misconception: str = ""  # the slug of the likely misconception
    card: str = ""  # the slug of the card that fits it
    since: str = ""  # of a failure: when it came about, in ISO 8601; the same one later is no news


@dataclass(slots=True)
class _Content:
    """The records, and how many hints have been shown, both by slug."""

    records: dict[str, Record] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)


class Progress:
    """The records by slug, in one JSON file: see `grader.kept`."""

    def __init__(self, file: Path = FILE, *, warn: Callable[[str], None]) -> None:
        self._kept = Kept(file, _FORM, warn=warn)
        self._warn = warn

    @property
    def folder(self) -> Path:
        """Where everything else that is remembered of the learner has its place, too."""
        return self._kept.file.parent

    def read(self) -> dict[str, Record]:
        """The record of each exercise that has one, by slug."""
        return self._kept.read().records

    def remember(self, verdict: Verdict, *, sha256: str, now: datetime | None = None) -> None:
        """Keep `verdict` on the file whose bytes have that digest; a kit error says nothing."""
        if verdict.result is Result.KIT_ERROR:
            return
        record = _brief(verdict, sha256, now or datetime.now(UTC))
        try:
            with self._kept.changing() as content:
                before = content.records.get(verdict.exercise)
                content.records[verdict.exercise] = _dated(record, before)
        except OSError as error:
            self._warn(f"the verdict could not be kept for the board: {error}")

    def next_hint(self, slug: str, *, most: int) -> int:
        """The level of the next hint, from 1 to `most`; asked again, it is one more."""
        level = 1
        try:
            with self._kept.changing() as content:
                level = min(max(content.hints.get(slug, 0), 0) + 1, most)
                content.hints[slug] = level
        except OSError as error:
            self._warn(f"that this hint was shown could not be kept: {error}")
        return level


def _brief(verdict: Verdict, sha256: str, now: datetime) -> Record:
    first = verdict.first_unmet
    evidence = first.evidence if first else None
    likely = evidence.misconception if evidence else None
    return Record(
        result=verdict.result,
        met=sum(b.outcome is Outcome.MET for b in verdict.behaviours),
        total=len(verdict.behaviours),
        sha256=sha256,
        unmet=first.sentence if first else "",
        idea=likely.sentence if likely else "",
        hint=evidence.hint if evidence else 1,
        misconception=likely.slug if likely else "",
        card=evidence.card if evidence else "",
        since=now.isoformat() if verdict.result is Result.FAILED else "",
    )


def _dated(record: Record, before: Record | None) -> Record:
    """The record with the time when its failure first came about."""
    same = before and (before.result, before.misconception) == (record.result, record.misconception)
    return replace(record, since=before.since) if same and before and before.since else record


def _decode(document: dict[str, Any]) -> _Content:
    records = {slug: _record(entry) for slug, entry in document["exercises"].items()}
    return _Content(records, {slug: int(n) for slug, n in document.get("hints", {}).items()})


def _encode(content: _Content) -> dict[str, Any]:
    exercises = {slug: asdict(record) for slug, record in content.records.items()}
    return {"exercises": exercises, "hints": content.hints}


def _record(entry: dict[str, Any]) -> Record:
    record = Record(**{**entry, "result": Result(entry["result"])})
    if not isinstance(record.met, int) or not isinstance(record.total, int):
        raise TypeError
    if record.since and datetime.fromisoformat(record.since).tzinfo is None:
        raise ValueError
    return record


_FORM = Form(schema=SCHEMA, empty=_Content, decode=_decode, encode=_encode)


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
