"""What the stage may say: each message that it sends, and nothing that is not quite like one."""

from __future__ import annotations

from typing import Any

import pytest

from grader.control import Message, ProtocolViolation
from grader.judge.evidence import line_of
from grader.judge.trust import checked

LINE = {"number": 7, "text": "yield update", "function": "events"}
SAID: dict[str, dict[str, Any]] = {
    "ask": {
        "ticket": 1,
        "what": "pull",
        "source": 1,
        "amount": 1,
        "on_loop": False,
        "line": LINE,
        "position": None,
    },
    "opened": {"source": 1},
    "closed": {"source": 1},
    "withdrawn": {"ticket": 1},
    "idle": {"due": 1000.5, "writing": True, "heard": 3},
    "slept": {"seconds": 0.5, "line": None},
    "raised": {"type": "ValueError", "text": "no", "line": LINE},
    "livelock": {"lines": [LINE, LINE]},
    "answer": {"lines": [], "tasks": ["serve"]},
    "yielded": {"value": {"id": 1}, "same": False},
    "returned": {"value": None},
    "called": {"name": "progress", "arguments": [1, None]},
    "misfit": {"type": "list"},
    "dialled": {"on_loop": False, "line": LINE},
}
FORGED = [
    ("ask", "ticket", "1"),
    ("ask", "what", None),
    ("ask", "source", -1),
    ("ask", "source", 10**400),
    ("ask", "amount", 1.5),
    ("ask", "on_loop", "no"),
    ("ask", "line", {"number": "7", "text": "", "function": ""}),
    ("ask", "line", 7),
    ("ask", "position", "first"),
    ("idle", "now", "soon"),
    ("idle", "now", 10**400),
    ("idle", "due", []),
    ("idle", "heard", None),
    ("slept", "seconds", "long"),
    ("raised", "text", 1),
    ("livelock", "lines", None),
    ("livelock", "lines", [LINE, 1]),
    ("answer", "lines", "none"),
    ("answer", "tasks", [1]),
    ("closed", "source", None),
    ("yielded", "same", 1),
    ("called", "arguments", "one"),
    ("misfit", "type", None),
]


@pytest.mark.parametrize("kind", SAID)
def test_what_the_stage_says_is_let_through(kind: str) -> None:
    message = Message(kind, {"now": 1000.0, **SAID[kind]})
    assert checked(message) is message


@pytest.mark.parametrize(("kind", "name", "value"), FORGED)
def test_a_field_of_another_type_or_size_is_refused(kind: str, name: str, value: Any) -> None:
    fields = {"now": 1000.0, **SAID[kind], name: value}
    with pytest.raises(ProtocolViolation):
        checked(Message(kind, fields))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind, fields in SAID.items()
        for name in ["now", *fields]
        if kind != "answer" and name != "position"
    ],
)
def test_a_missing_field_is_named(kind: str, name: str) -> None:
    fields = {"now": 1000.0, **SAID[kind]}
    del fields[name]
    with pytest.raises(ProtocolViolation, match=f"without '{name}'"):
        checked(Message(kind, fields))


@pytest.mark.parametrize("kind", ["verdict", "loaded", "reply", "IDLE", ""])
def test_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(ProtocolViolation, match="kind"):
        checked(Message(kind, {"now": 0}))


def test_what_is_quoted_of_a_forgery_is_short() -> None:
    with pytest.raises(ProtocolViolation) as violation:
        checked(Message("raised", {"now": 0, "type": ["x" * 10_000], "text": "", "line": None}))
    assert len(str(violation.value)) < 200


def test_a_line_is_a_number_a_text_and_a_function() -> None:
    assert line_of(LINE) == LINE
    assert line_of(None) is None
    with pytest.raises(ProtocolViolation, match="not a line"):
        line_of({"number": 7})
