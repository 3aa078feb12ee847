"""Whether the private hooks behave: one endpoint known to be right, and one known to be wrong.

The stage leans on private names of other packages (`grader.stage.hooks`). They are pinned by
`constraints.txt`, but a kit lives longer than its pins, so both endpoints are judged whenever a
version is new, and what was seen is remembered by version.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from grader.catalogue import STATE, Exercise
from grader.judge.answer import Answer
from grader.judge.evidence import Distrust, Finding
from grader.judge.held import START
from grader.judge.script import Items
from grader.judge.stage import Stage
from grader.stage.hooks import versions

MEMORY = STATE / "selfcheck.json"
HERE = Path(__file__).parent
WAITS = 3.0  # virtual seconds that right.py takes for each update

EXERCISE = Exercise(
    slug="selfcheck",
    title="Self-check",
    topic="",
    method="GET",
    path="/check",
    source="prices",
    level="",
    minutes=0,
    teaches="",
    hints=(),
    cards=(),
)
FEED = Items(values=[{"update_number": number} for number in (1, 2)], unit="update")


def ensure(zygote: str, *, memory: Path = MEMORY) -> None:
    """Check once for each set of versions. Raises `Distrust`, which names what is new."""
    now, known = versions(), _recall(memory)
    if now == known:
        return
    problem = check(zygote)
    if problem:
        new = [f"{name} {version}" for name, version in now.items() if known.get(name) != version]
        raise Distrust(
            f"the self-check failed, so nothing was judged: {problem}. It last passed with other "
            f"versions of {', '.join(new)}; install those of constraints.txt."
        )
    _remember(memory, now)


def check(zygote: str) -> str | None:
    """Judge both endpoints. Returns what was wrong with the stage, as a clause, or None."""
    try:
        return _check_right(zygote, HERE / "right.py") or _check_wrong(zygote, HERE / "wrong.py")
    except Finding as finding:
        return f"a known endpoint could not be judged ({finding})"


def _check_right(zygote: str, file: Path) -> str | None:
    with _load(zygote, file) as answer, answer.stage(FEED) as stage:
        client = stage.get(EXERCISE.path)
        stage.advance(2 * WAITS)
        moments = [chunk.at - START for chunk in client.chunks]
        if moments != [WAITS, 2 * WAITS]:
            return f"a right stream's chunks came at {moments} s of virtual time"
        if stage.log.troubles:
            return f"a right stream was said to be in trouble: {stage.log.troubles[0].text}"
        if stage.source.still_open or not client.complete:
            return "a right stream did not end"
    return None


def _check_wrong(zygote: str, file: Path) -> str | None:
    with _load(zygote, file) as answer, answer.stage(FEED) as stage:
        client = stage.get(EXERCISE.path)
        if not client.complete or stage.now - START != len(FEED.values):
            return "a wrong endpoint's sleeps were not on virtual time"
        if not _slept_on_the_loop(stage):
            return "time.sleep on the event loop was not noticed"
    return None


def _slept_on_the_loop(stage: Stage) -> bool:
    trouble = stage.log.first("slept")
    return trouble is not None and "time.sleep" in (trouble.line or {}).get("text", "")


def _load(zygote: str, file: Path) -> Answer:
    return Answer(zygote=zygote, exercise=EXERCISE, file=file, real=False)


def _recall(memory: Path) -> dict[str, str]:
    try:
        found = json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(memory: Path, now: dict[str, str]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=memory.parent, delete=False) as draft:
        json.dump(now, draft, indent=2)
    os.replace(draft.name, memory)
