"""What the sources say in a scene: plain data, the same for every learner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.judge.database_file import fresh_file, write_numbered, write_numbered_users
from grader.judge.script import Bytes, Items, Lists, Pieces, Rows, Script
from grader.judge.stage import Stage
from grader.predict.scene import Scene

Fill = Callable[[Stage, Scene], Script]
_AT = "2026-11-22T09:00:00+00:00"
# A character that is cut in two between the third token and the fourth.
_TOKENS = (b"A", b" snack: ", b"\xf0\x9f", b"\xa5\xa8", b", warm", b" and", b" salted")


def _numbers(scene: Scene) -> range:
    return range(1, scene.length + 1)


def _updates(stage: Stage, scene: Scene) -> Script:
    values = [
        {
            "timestamp": _AT,
            "stock": "ACME" + "x" * scene.size,
            "price": 100 + number,
            "change": 1,
            "update_number": number,
        }
        for number in _numbers(scene)
    ]
    return Items(values=values, unit="update", fails_at=scene.fails_after)


def _entries(stage: Stage, scene: Scene) -> Script:
    values = [
        {
            "timestamp": _AT,
            "level": "INFO",
            "service": "payments",
            "message": f"entry {number}" + "x" * scene.size,
            "request_id": f"req-{number}",
        }
        for number in _numbers(scene)
    ]
    return Items(values=values, unit="entry", resumes_by="request_id", fails_at=scene.fails_after)


def _steps(stage: Stage, scene: Scene) -> Script:
    values = [f"step {number}" for number in _numbers(scene)]
    return Items(values=values, told=values, unit="step", fails_at=scene.fails_after)


def _tokens(stage: Stage, scene: Scene) -> Script:
    pieces = [_TOKENS[(number - 1) % len(_TOKENS)] for number in _numbers(scene)]
    return Pieces(pieces=pieces, unit="token", fails_at=scene.fails_after)


def _records(stage: Stage, scene: Scene) -> Script:
    values: list[dict[str, Any]] = [
        {"id": number, "data": f"record {number}", "timestamp": _AT} for number in _numbers(scene)
    ]
    return Lists(values=values, unit="record", fails_at=scene.fails_after)


def _file(stage: Stage, scene: Scene) -> Script:
    return Bytes(data=bytes(range(1, 251)), size=scene.length, fails_at=scene.fails_after)


def _users(stage: Stage, scene: Scene) -> Script:
    write_numbered_users(fresh_file(stage), scene.length, name="user", padding=scene.size)
    return Rows(length=scene.length, fails_at=scene.fails_after)


def _results(stage: Stage, scene: Scene) -> Script:
    write_numbered(fresh_file(stage), scene.length, name="result", padding=scene.size)
    return Rows(length=scene.length, fails_at=scene.fails_after)


FILL: dict[str, Fill] = {
    "prices": _updates,
    "logs": _entries,
    "tasks": _steps,
    "model": _tokens,
    "records": _records,
    "storage": _file,
    "users": _users,
    "database": _results,
}
