"""What GET /health has to do: one small JSON body at once, which is not streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psutil
import pytest

from grader.judge import checks, moments, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.script import Items
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/health"
LONGEST = 120  # virtual seconds that a slow answer is waited for, to see what it says
PAUSES = (0.001234, 0.25, 77)  # virtual seconds before each of three requests; no round moment
# What concerns one connection, and not the message (RFC 9110, 7.6.1).
HOP_BY_HOP = ("connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade")


@dataclass(slots=True)
class Asked:
    """One request, and what the stage's clock showed before and after it."""

    stage: Stage
    client: Client
    at_once: bool  # the answer was complete before any time had passed
    begun: datetime
    ended: datetime

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object in the body, or one without a member."""
        document = screen.json_of(self.client.body.decode("utf-8", errors="replace"))
        return document if isinstance(document, dict) else {}

    @property
    def moment(self) -> datetime | None:
        return moments.moment_of(self.document.get("timestamp"))


def ask(stage: Stage) -> Asked:
    """Ask for the health, and wait for the answer even if it is slow."""
    begun = moments.clock(stage)
    client = stage.get(PATH)
    at_once = client.over
    checks.waits_for_the_end(stage, client, seconds=LONGEST)
    return Asked(stage, client, at_once, begun, moments.clock(stage))


@pytest.fixture(scope="module")
def asked(answer: Answer) -> Iterator[Asked]:
    """The first request that a server gets."""
    with answer.stage(Items(values=[])) as stage:
        yield ask(stage)


@essential()
def test_starts(asked: Asked) -> None:
    """The response starts with status 200 and Content-Type application/json."""
    checks.starts(asked.stage, asked.client, types=("application/json",))


@essential(needs=[test_starts])
def test_says_that_it_is_healthy(asked: Asked) -> None:
    """The body is one JSON object whose status is "healthy" (RFC 8259)."""
    checks.completes(asked.stage, asked.client)
    body = asked.client.body.decode("utf-8", errors="replace")
    expect(
        asked.document.get("status") == "healthy",
        observed=f"the body {body!r}",
        expected='a JSON object with "status": "healthy"',
        sign=_body_sign(body),
    )


@essential(needs=[test_says_that_it_is_healthy])
def test_timestamp_is_iso_8601(asked: Asked) -> None:
    """The timestamp is a date and a time in ISO 8601, with a T between them."""
    expect(
        asked.moment is not None,
        observed=f'"timestamp": {json.dumps(asked.document.get("timestamp"))}',
        expected='"timestamp": "2027-01-15T08:00:00+00:00", or the like',
        sign="not-iso",
    )


@essential(needs=[test_timestamp_is_iso_8601])
def test_tells_the_time_of_each_request(stage: Stage) -> None:
    """The timestamp is taken when the request is made, at the first one and at every later one."""
    told: list[datetime | None] = []
    for number, seconds in enumerate(PAUSES, 1):
        _pause(stage, seconds)
        asked = ask(stage)
        moment = asked.moment
        if moment is None or not moments.made_between(moment, asked.begun, asked.ended):
            elsewhere = moment and moments.made_elsewhere(moment, asked.begun, asked.ended)
            sign = "wrong-offset" if elsewhere else ""
            _pause(stage, 0.25)
            told.append(ask(stage).moment)
            checks.fail(
                observed=f"request {number}, made at {asked.begun.isoformat()}, was told "
                f"{json.dumps(asked.document.get('timestamp'))}",
                expected="the time of the request",
                sign="taken-once" if moment in told else sign,
            )
        told.append(moment)


@essential(needs=[test_starts])
def test_is_not_streamed(asked: Asked) -> None:
    """The body is sent whole, with its size in Content-Length (RFC 9110, 8.6)."""
    checks.says_how_long_it_is(asked.client)


@essential(needs=[test_starts])
def test_does_not_block_the_loop(asked: Asked) -> None:
    """Nothing blocks the event loop, on which every other request of this worker waits."""
    checks.never_blocks(asked.stage)


@essential(needs=[test_does_not_block_the_loop])
def test_answers_at_once(asked: Asked) -> None:
    """The answer waits for nothing: it is complete before any time has passed."""
    expect(
        asked.at_once,
        observed="the endpoint came to rest, and the answer was not complete: it waits for a timer",
        expected="a complete answer before any time has passed",
        sign="waits",
    )


@essential(needs=[test_says_that_it_is_healthy])
def test_leaves_nothing_behind(asked: Asked) -> None:
    """When the answer is complete no task is left: polled every second, they would pile up."""
    checks.leaves_no_tasks(asked.stage)


@essential(needs=[test_answers_at_once])
def test_answers_two_at_once(stage: Stage) -> None:
    """Two requests at the same moment are both answered."""
    with stage.at_once():
        both = [stage.get(PATH), stage.get(PATH)]
    stage.until(lambda: all(client.over for client in both))
    complete = sum(client.complete and client.status == 200 for client in both)
    expect(
        complete == 2,
        observed=f"of two requests at the same moment {complete} got a complete answer",
        expected="both of them",
        sign="one-at-a-time",
    )


@good(needs=[test_timestamp_is_iso_8601])
def test_says_the_offset(asked: Asked) -> None:
    """The timestamp has its offset from UTC, without which it means another moment elsewhere."""
    expect(
        asked.moment is not None and asked.moment.tzinfo is not None,
        observed=f'"timestamp": {json.dumps(asked.document.get("timestamp"))}',
        expected="an offset behind it, such as +00:00 or Z",
        sign="no-offset",
    )


@good(needs=[test_starts])
def test_is_not_stored(asked: Asked) -> None:
    """Cache-Control keeps the answer from being stored and given to the next one who asks."""
    screen.is_not_cached(asked.client)


@good(needs=[test_starts])
def test_refuses_other_methods(asked: Asked) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(asked.stage, PATH)


@expert(needs=[test_starts])
def test_leaves_the_connection_to_the_server(asked: Asked) -> None:
    """No header about the connection comes from the answer: those are the server's.

    A connection stays open in HTTP/1.1 anyway, and HTTP/2 forbids them (RFC 9113, 8.2.2).
    """
    given = [name for name in HOP_BY_HOP if asked.client.header(name) is not None]
    expect(
        not given,
        observed="; ".join(checks.shown(asked.client, name) for name in given),
        expected="none of them",
    )


@expert(needs=[test_answers_at_once])
def test_needs_no_worker_thread(fresh_stage: Stage) -> None:
    """The answer takes no worker thread: slow endpoints may have taken all forty of them."""
    before = _threads(fresh_stage)
    ask(fresh_stage)
    more = _threads(fresh_stage) - before
    expect(
        more == 0,
        observed=f"the first request started {more} worker thread{'s' * (more > 1)}",
        expected="none: the endpoint, and what it depends on, run on the event loop",
    )


@expert(needs=[test_starts])
def test_answers_head(asked: Asked) -> None:
    """HEAD, which many checks send, gets the head of the same answer (RFC 9110, 9.3.2)."""
    client = asked.stage.request("HEAD", PATH)
    asked.stage.until(lambda: client.over)
    expect(
        client.status == 200 and client.complete and not client.received,
        observed=f"HEAD: status {client.status}, {client.received} bytes of body",
        expected="HEAD: status 200, and no body",
        sign="status",
    )


def _pause(stage: Stage, seconds: float) -> None:
    """Let virtual time pass. Real time passes by itself."""
    if not stage.real:
        stage.advance(seconds)


def _body_sign(body: str) -> str:
    document = screen.json_of(body)
    if isinstance(document, str) and isinstance(screen.json_of(document), dict):
        return "encoded-twice"
    return screen.payload_sign(body) if document is None else ""


def _threads(stage: Stage) -> int:
    """How many threads the stage has, as seen from outside of it."""
    return int(psutil.Process(stage.pid).num_threads())
