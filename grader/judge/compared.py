"""Two responses that a client compares: how the judge answers them, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.judge import clients
from grader.judge.checks import expect, fail
from grader.judge.server import Raised, Returned, Server
from grader.judge.visit import Request

BUFFERED = "/demo/comparison/buffered"
STREAMED = "/demo/comparison/streamed"
PATHS = {"buffered": BUFFERED, "streamed": STREAMED}
TYPE = "application/json"
_MOST = 24  # requests: a client may warm up, and measure more than once
_TIMES = ("first_byte", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a path answers. Virtual seconds pass before the head, the first byte, and so on."""

    body: bytes
    head: float = 0.0
    first: float = 0.0
    rest: float = 0.0
    last: float = 0.0  # before the last byte
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)  # more of the head
    pieces: int = 1  # in which the rest comes
    cut: bool = False  # the connection is lost before the last byte

    @property
    def first_byte(self) -> float:
        return self.head + self.first

    @property
    def total(self) -> float:
        return self.first_byte + self.rest + self.last


Plans = Mapping[str, Plan]


@dataclass(slots=True)
class Course:
    """What was asked for, in the order in which it was answered."""

    before: Sequence[Request]  # those of earlier calls
    requests: list[Request] = field(default_factory=list)
    together: bool = False  # a request came before the response to another one was complete


def compare(server: Server, plans: Plans) -> Course:
    """Have both compared, and answer each request, one at a time, as `plans` says of its path."""
    course = Course(before=server.requests)
    server.call()
    while len(course.requests) < _MOST and (request := _unanswered(server, course)):
        course.requests.append(request)
        _answer(server, request, plans, course)
    server.until(lambda: server.outcome is not None)
    return course


def _unanswered(server: Server, course: Course) -> Request | None:
    server.until(lambda: server.outcome is not None or bool(_waiting(server, course)))
    return next(iter(_waiting(server, course)), None)


def _waiting(server: Server, course: Course) -> list[Request]:
    """The requests that nothing was answered to."""
    known = {id(request) for request in (*course.before, *course.requests)}
    return [request for request in server.requests if id(request) not in known]


def _answer(server: Server, request: Request, plans: Plans, course: Course) -> None:
    plan = plans.get(request.path)
    if plan is None or request.method != "GET":
        server.respond(request, b"{}", status=405 if plan else 200, headers={"Content-Type": TYPE})
        return
    _pass(server, plan.head)
    length = str(len(plan.body))
    framing = {"Content_Length": length} if request.path == BUFFERED else {}
    server.begin(request, content_type=TYPE, status=plan.status, **framing, **plan.fields)
    send = server.raw if framing else server.send
    _pass(server, plan.first)
    send(request, plan.body[:1])
    _pass(server, plan.rest)
    step = max(1, len(plan.body) // plan.pieces)
    for start in range(1, len(plan.body) - 1, step):
        send(request, plan.body[start : min(start + step, len(plan.body) - 1)])
    _pass(server, plan.last)
    course.together = course.together or bool(_waiting(server, course))
    if plan.cut:
        server.cut(request)
        return
    send(request, plan.body[-1:])
    if not framing:
        server.finish(request)


def _pass(server: Server, seconds: float) -> None:
    if seconds and not server.real:
        server.advance(seconds)


def result(server: Server) -> dict[str, Any]:
    """The comparison, of the shape that the exercise asks for."""
    if not isinstance(server.outcome, Returned):
        raised = isinstance(server.outcome, Raised)
        split = raised and "UnicodeDecodeError" in str(server.outcome)
        fail(
            observed=f"it raised {server.outcome}" if raised else "it waited on",
            expected="a Comparison, as both responses were complete",
            sign="split-characters" if split else "",
        )
    value = server.outcome.value
    expect(
        _has_its_shape(value),
        observed=clients.shown(value),
        expected="Comparison(buffered=Measured(...), streamed=Measured(...), same=...)",
        sign="shape",
    )
    return dict(value)


def _has_its_shape(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("same"), bool):
        return False
    parts = [value.get(name) for name in PATHS]
    return all(isinstance(part, dict) and _is_measured(part) for part in parts)


def _is_measured(part: dict[str, Any]) -> bool:
    times = all(isinstance(part.get(name), int | float) for name in _TIMES)
    return times and all(isinstance(part.get(name), int) for name in ("size", "peak"))
