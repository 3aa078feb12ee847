"""What GET /stream/stock-ticker has to do: live prices as server-sent events.

Sections are of WHATWG HTML (server-sent events) and of RFC 9110 (HTTP semantics).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from grader.judge import checks, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.evidence import Stopped
from grader.judge.screen import Screen
from grader.judge.script import Items
from grader.judge.stage import Stage

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
    return look(stage)


def look(stage: Stage) -> Screen:
    """Open the ticker on the feed as it is."""
    return Screen(stage, stage.get(PATH), "update_number")


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
        yield Screen(stage, stage.clients[0], "update_number", stopped=stopped)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large updates, and then leaves."""
    with answer.stage(Items(values=updates(260, stock="x" * 16_384), unit="update")) as stage:
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
    screen.dispatches(whole, item="an update")


@essential(needs=[test_dispatches_events])
def test_carries_json(whole: Screen) -> None:
    """Every update arrives as the JSON object that the feed gave, whatever characters it holds.

    A line break in the payload ends the data line, unless JSON escapes it or each line gets a
    data: of its own (9.2.5).
    """
    given: list[dict[str, Any]] = whole.stage.source.script.values  # type: ignore[attr-defined]
    screen.carries_values(whole, given, item="update")


@essential(needs=[test_carries_json])
def test_sends_everything_once(whole: Screen) -> None:
    """Every update arrives once and in order, and the response ends when the feed does."""
    checks.completes(whole.stage, whole.client)
    numbers = [whole.number_of(got) for got in whole.payloads()]
    expect(
        numbers == list(range(1, len(AWKWARD) + 1)),
        observed=f"update numbers {numbers}",
        expected=f"update numbers {list(range(1, len(AWKWARD) + 1))}",
        sign="differs",
    )


@essential(needs=[test_starts])
def test_is_not_cached(whole: Screen) -> None:
    """Cache-Control keeps the stream out of caches: no-cache or no-store."""
    screen.is_not_cached(whole.client)


@good(needs=[test_starts])
def test_passes_proxies(whole: Screen) -> None:
    """X-Accel-Buffering: no tells nginx to pass events on one by one."""
    screen.passes_proxies(whole.client)


@essential(needs=[test_sends_everything_once])
def test_lockstep(stage: Stage) -> None:
    """Every update reaches the client before the next one exists."""
    seen = watch(stage, updates(40))
    checks.in_lockstep(stage, seen.client, arrived=seen.arrived, items=4)


@good(needs=[test_sends_everything_once])
def test_answers_before_the_first_update(stage: Stage) -> None:
    """The head of the response does not wait for the first update, so onopen fires at once."""
    seen = watch(stage, updates(1))
    expect(
        stage.until(lambda: seen.client.status is not None),
        observed="nothing, as long as the feed had no update",
        expected="status and headers",
        sign="only-at-the-end",
    )


@good(needs=[test_lockstep])
def test_keeps_the_feeds_pace(stage: Stage) -> None:
    """The endpoint adds no delay of its own: the feed sets the pace."""
    seen = watch(stage, updates(8))
    checks.keeps_the_pace(stage, seen.client)


@essential(needs=[test_lockstep])
def test_serves_two_clients(stage: Stage) -> None:
    """Two clients each get every update, and neither waits for the other."""
    stage.play(Items(values=updates(4), unit="update"), released=0)
    checks.serves_two(stage, lambda: look(stage), item="update")


@essential(needs=[test_sends_everything_once])
def test_leaves_nothing_behind(whole: Screen) -> None:
    """When the feed has ended, the subscription is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_ends_when_the_client_leaves_between_updates(stage: Stage) -> None:
    """A client that leaves between two updates ends its subscription at once."""
    seen = watch(stage, updates(4), released=1)
    stage.hang_up(seen.client)
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
    seen = watch(fresh_stage, updates(16, stock="x" * 131_072))
    checks.does_not_grow(fresh_stage, seen.client, first=4, then=8, body=8 * 131_072)


@essential(needs=[test_a_stalled_client_stops_the_feed])
def test_ends_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends its subscription."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@essential(needs=[test_ends_when_a_stalled_client_leaves])
def test_ends_when_the_client_leaves_at_an_update(stage: Stage) -> None:
    """A client that leaves as an update comes ends its subscription, and nothing is read on."""
    seen = watch(stage, updates(4), released=1)
    with stage.at_once():
        stage.hang_up(seen.client)
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
    seen = _watch_it_fail(stage)
    if len(seen.look()) == 2:
        checks.fails_visibly(stage, seen.client)


@good(needs=[test_gives_back_what_fails])
def test_a_feed_that_is_down_is_not_passed_off_as_empty(stage: Stage) -> None:
    """A feed that refuses the subscription gives an error, not an empty stream."""
    stage.source.refuses = "the exchange is closed"
    seen = watch(stage, updates(1), released=1)
    stage.until(lambda: seen.client.over)
    if not seen.look():
        checks.fails_visibly(stage, seen.client)


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
    seen = watch(stage, values[:2], released=2, silent=True)
    stage.until(lambda: seen.arrived() == 2)
    stage.play(Items(values=values, unit="update", fails_at=2))
    stage.release()
    stage.until(lambda: seen.client.over)
    return seen
