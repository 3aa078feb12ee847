"""What GET /stream/stock-ticker has to do: live prices as server-sent events.

Sections are of WHATWG HTML (server-sent events) and of RFC 9110 (HTTP semantics).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.judge import checks
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.evidence import Stopped
from grader.judge.script import Items
from grader.judge.sse import Event, SseParser
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/stream/stock-ticker"
NOTHING = Items(values=[], unit="update")
# Names of stocks that break whoever puts events or JSON together by hand.
AWKWARD = [
    "ACME",
    'quote " and backslash \\',
    "two\nlines",
    "carriage\r\nreturn",
    "blank\n\nline, then data: forged",
    "line\u2028separator\u0085and\x0bmore",
    "naïve café 🥨",
    " leading and trailing ",
    "",
]


@dataclass(slots=True)
class Screen:
    """A client that reads events: what a browser's EventSource would have been given."""

    stage: Stage
    client: Client
    events: list[Event] = field(default_factory=list)
    stopped: Stopped | None = None  # why the stage had to be ended, if it had
    parser: SseParser = field(default_factory=SseParser)
    _read: int = 0

    def look(self) -> list[Event]:
        for chunk in self.client.chunks[self._read :]:
            self.events += self.parser.feed(chunk.data)
        self._read = len(self.client.chunks)
        return self.events

    def messages(self) -> list[Event]:
        """What onmessage is given: the events without a type, but for a last [DONE]."""
        unnamed = [event for event in self.look() if event.type == "message"]
        return unnamed[:-1] if unnamed and unnamed[-1].data == "[DONE]" else unnamed

    def updates(self) -> list[Any]:
        """The payloads of messages that are JSON, in order."""
        payloads = (_json(event.data) for event in self.messages())
        return [payload for payload in payloads if payload is not None]

    def arrived(self) -> int:
        """How many updates onmessage was given."""
        return sum(_number(payload) is not None for payload in self.updates())


def updates(count: int, *, stock: str = "ACME") -> list[dict[str, Any]]:
    """Fresh updates: nobody can know their numbers beforehand."""
    return [update(number, stock=stock) for number in range(1, count + 1)]


def update(number: int, *, stock: str) -> dict[str, Any]:
    cents = secrets.randbelow(90_000) + 1
    return {
        "timestamp": f"2026-11-22T09:00:{number % 60:02}.{secrets.randbelow(10**6):06}+00:00",
        "stock": stock,
        "price": cents / 100,
        "change": (secrets.randbelow(200) - 100) / 100,
        "update_number": number,
    }


def watch(stage: Stage, values: list[Any], *, released: float = 0, **script: Any) -> Screen:
    """Open the ticker on a feed of `values`, of which the first `released` are there at once."""
    stage.play(Items(values=values, unit="update", **script), released=released)
    return Screen(stage, stage.get(PATH))


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Screen]:
    """A complete response to a feed of awkward updates, all of them there at once."""
    with answer.stage(NOTHING) as stage:
        values = [update(number, stock=name) for number, name in enumerate(AWKWARD, 1)]
        stage.play(Items(values=values, unit="update"), released=len(values))
        stopped = None
        try:
            stage.get(PATH)
        except Stopped as error:  # by then the response may have begun
            stopped = error
        yield Screen(stage, stage.clients[0], stopped=stopped)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large updates, and then leaves."""
    with answer.stage(Items(values=updates(480, stock="x" * 16_384), unit="update")) as stage:
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Screen) -> None:
    """The response starts with status 200 and Content-Type text/event-stream.

    Another type makes EventSource give up for good (9.2.3).
    """
    checks.starts(whole.stage, whole.client, types=("text/event-stream",))


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Screen) -> None:
    """Nothing blocks the event loop while updates are sent."""
    if whole.stopped is not None:
        raise whole.stopped
    whole.stage.until(lambda: whole.client.over)
    checks.never_blocks(whole.stage)
    if not whole.client.over:
        checks.serves_others(whole.stage)


@essential(needs=[test_loop_stays_free])
def test_dispatches_events(whole: Screen) -> None:
    """Every update is one event: data lines, then a blank line, without a type of its own.

    A block without its blank line is discarded (9.2.6), and onmessage gets unnamed events only.
    Other events, such as one that says that the feed has ended, may have any type.
    """
    whole.stage.until(lambda: whole.client.over)
    events, rest = whole.look(), whole.parser.unfinished
    expect(
        bool(events),
        observed=f"no event was dispatched; the body was {whole.client.body[:400]!r}",
        expected="events such as 'data: {...}\\n\\n'",
        sign=_nothing_sign(whole),
    )
    expect(
        not rest.strip(),
        observed=f"the stream ended with {rest!r}, which is discarded for want of a blank line",
        expected="a blank line behind every event, the last one included",
        sign="undispatched",
    )
    types = [e.type for e in events if e.type != "message" and _number(_json(e.data)) is not None]
    expect(
        not types,
        observed=f"an update in an event of the type {types[0]!r}" if types else "",
        expected="no event: field, or event: message",
        sign="named",
    )


@essential(needs=[test_dispatches_events])
def test_carries_json(whole: Screen) -> None:
    """Every update arrives as the JSON object that the feed gave, whatever characters it holds.

    A line break in the payload ends the data line, unless JSON escapes it or each line gets a
    data: of its own (9.2.5).
    """
    for number, event in enumerate(whole.messages(), 1):
        expect(
            _json(event.data) is not None,
            observed=f"event {number} carries {event.data!r}",
            expected="a JSON object (RFC 8259) with the fields of the update",
            sign=_payload_sign(event.data),
        )
    given: list[dict[str, Any]] = whole.stage.source.script.values  # type: ignore[attr-defined]
    by_number = {value["update_number"]: value for value in given}
    for got, value in zip(whole.updates(), given, strict=False):
        value = by_number.get(_number(got), value)  # one that is missing is another matter
        expect(
            isinstance(got, dict) and {key: got.get(key) for key in value} == value,
            observed=f"update {value['update_number']} arrived as "
            f"{json.dumps(got, ensure_ascii=False)}",
            expected=json.dumps(value, ensure_ascii=False),
            sign="encoded-twice" if isinstance(got, str) and _json(got) == value else "differs",
        )


@essential(needs=[test_carries_json])
def test_sends_everything_once(whole: Screen) -> None:
    """Every update arrives once and in order, and the response ends when the feed does."""
    checks.completes(whole.stage, whole.client)
    numbers = [_number(got) for got in whole.updates()]
    expect(
        numbers == list(range(1, len(AWKWARD) + 1)),
        observed=f"update numbers {numbers}",
        expected=f"update numbers {list(range(1, len(AWKWARD) + 1))}",
        sign="differs",
    )


@essential(needs=[test_starts])
def test_is_not_cached(whole: Screen) -> None:
    """Cache-Control keeps the stream out of caches: no-cache or no-store."""
    expect(
        bool(checks.directives(whole.client, "cache-control") & {"no-cache", "no-store"}),
        observed=checks.shown(whole.client, "Cache-Control"),
        expected="Cache-Control: no-cache, or no-store",
        sign="header",
    )


@good(needs=[test_starts])
def test_passes_proxies(whole: Screen) -> None:
    """X-Accel-Buffering: no tells nginx to pass events on one by one."""
    expect(
        checks.directives(whole.client, "x-accel-buffering") == {"no"},
        observed=checks.shown(whole.client, "X-Accel-Buffering"),
        expected="X-Accel-Buffering: no",
        sign="header",
    )


@essential(needs=[test_sends_everything_once])
def test_lockstep(stage: Stage) -> None:
    """Every update reaches the client before the next one exists."""
    screen = watch(stage, updates(40))
    checks.in_lockstep(stage, screen.client, arrived=screen.arrived, items=4)


@good(needs=[test_sends_everything_once])
def test_answers_before_the_first_update(stage: Stage) -> None:
    """The head of the response does not wait for the first update, so onopen fires at once."""
    screen = watch(stage, updates(1))
    expect(
        stage.until(lambda: screen.client.status is not None),
        observed="nothing, as long as the feed had no update",
        expected="status and headers",
        sign="only-at-the-end",
    )


@good(needs=[test_lockstep])
def test_keeps_the_feeds_pace(stage: Stage) -> None:
    """The endpoint adds no delay of its own: the feed sets the pace."""
    if stage.real:
        checks.needs_virtual_time()
    screen = watch(stage, updates(8))
    stage.release_all()
    before = stage.now
    stage.until(lambda: screen.client.over)
    stage.advance(0 if screen.client.over else 60)
    expect(
        stage.now == before,
        observed=f"updates that were all there took {stage.now - before:g} s of waiting",
        expected="no waiting",
        sign="paced",
    )


@essential(needs=[test_lockstep])
def test_serves_two_clients(stage: Stage) -> None:
    """Two clients each get every update, and neither waits for the other."""
    first = watch(stage, updates(4))
    second = Screen(stage, stage.get(PATH))
    for number in (1, 2):
        stage.release()
        expect(
            stage.until(lambda n=number: first.arrived() == second.arrived() == n),  # type: ignore[misc]
            observed=f"after {number} of the feed's updates the clients had {first.arrived()} "
            f"and {second.arrived()}",
            expected=f"{number} and {number}",
            sign="mixed",
        )
    stage.stop_reading(first.client)
    stage.release_all()
    expect(
        stage.until(lambda: second.arrived() == 4),
        observed=f"one client stopped reading, and the other got {second.arrived()} of 4 updates",
        expected="4 of 4",
        sign="mixed",
    )


@essential(needs=[test_sends_everything_once])
def test_leaves_nothing_behind(whole: Screen) -> None:
    """When the feed has ended, the subscription is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_ends_when_the_client_leaves_between_updates(stage: Stage) -> None:
    """A client that leaves between two updates ends its subscription at once."""
    screen = watch(stage, updates(4), released=1)
    stage.hang_up(screen.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_ends_when_the_client_leaves_between_updates])
def test_gives_back_what_fails(stage: Stage) -> None:
    """When the feed fails in the middle, the subscription is closed."""
    _watch_it_fail(stage)
    checks.lets_go_at_last(stage, when="after the feed had failed")


@essential(needs=[test_ends_when_the_client_leaves_between_updates])
def test_a_stalled_client_stops_the_feed(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the feed: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=240)


@essential(needs=[test_lockstep])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent."""
    screen = watch(fresh_stage, updates(24, stock="x" * 262_144))
    checks.does_not_grow(fresh_stage, screen.client, first=4, then=16, body=16 * 262_144)


@essential(needs=[test_a_stalled_client_stops_the_feed])
def test_ends_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends its subscription."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@essential(needs=[test_ends_when_a_stalled_client_leaves])
def test_ends_when_the_client_leaves_at_an_update(stage: Stage) -> None:
    """A client that leaves as an update comes ends its subscription, and nothing is read on."""
    screen = watch(stage, updates(4), released=1)
    with stage.at_once():
        stage.hang_up(screen.client)
        stage.release()
    stage.release_all()
    checks.takes_no_more(stage, allowed=1, since=1)
    checks.lets_go_at_last(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@expert(needs=[test_ends_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The subscription of a stalled client that leaves ends at once, without garbage collection."""
    checks.let_go_promptly(stalled)


@good(needs=[test_gives_back_what_fails])
def test_a_failing_feed_is_not_passed_off_as_complete(stage: Stage) -> None:
    """A feed that fails in the middle cuts the response off, or is reported in an event."""
    screen = _watch_it_fail(stage)
    if len(screen.look()) == 2:
        checks.fails_visibly(stage, screen.client)


@good(needs=[test_gives_back_what_fails])
def test_a_feed_that_is_down_is_not_passed_off_as_empty(stage: Stage) -> None:
    """A feed that refuses the subscription gives an error, not an empty stream."""
    stage.source.refuses = "the exchange is closed"
    screen = watch(stage, updates(1), released=1)
    stage.until(lambda: screen.client.over)
    if not screen.look():
        checks.fails_visibly(stage, screen.client)


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Screen) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves no subscription behind."""
    stage.play(Items(values=updates(1), unit="update", silent=True))
    checks.answers_head_at_once(stage, PATH)


def _watch_it_fail(stage: Stage) -> Screen:
    """Watch two updates come, and then the feed fail."""
    values = updates(4)
    screen = watch(stage, values[:2], released=2, silent=True)
    stage.until(lambda: screen.arrived() == 2)
    stage.play(Items(values=values, unit="update", fails_at=2))
    stage.release()
    stage.until(lambda: screen.client.over)
    return screen


def _json(data: str) -> Any:
    """The JSON value of a payload, or None. NaN and Infinity are not JSON (RFC 8259, 6)."""
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _number(payload: Any) -> Any:
    """The number of an update, or None if the payload is something else."""
    number = payload.get("update_number") if isinstance(payload, dict) else None
    return number if isinstance(number, int | float | str) else None


def _nothing_sign(whole: Screen) -> str:
    """How it looks that no event was dispatched."""
    if whole.client.received:
        return "undispatched"
    return "" if whole.stage.log.first("raised") else "empty"


def _payload_sign(data: str) -> str:
    if data.startswith("{'") or "': " in data:
        return "repr"
    return "broken-lines" if data.startswith("{") and not data.endswith("}") else "not-json"
