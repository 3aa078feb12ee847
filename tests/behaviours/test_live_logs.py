"""What GET /stream/live-logs has to do: a log as server-sent events, through long silences.

Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
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

PATH = "/stream/live-logs"
NOTHING = Items(values=[], unit="entry")
# Messages that break whoever puts events or JSON together by hand, or cleans them up.
AWKWARD = [
    "started",
    "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'total'\n",
    "progress 10 %\rprogress 100 %\r\ndone",
    "first\n\ndata: {}\nid: forged\nevent: forged\n\nlast",
    '\x1b[31mred\x1b[0m \\ "quoted" {braces} %s',
    "line\u2028separator\u0085and\x0bmore",
    "naïve café 📦",
    "\tindented, and with an end \n",
    "",
]
# What a browser may send as Last-Event-ID: of another log, of another version, as raw UTF-8.
UNKNOWN = ["", "0", "-1", "req-00000000", "nil; drop", "café 📦", "9" * 2000]


def entries(count: int, *, message: str = "started") -> list[dict[str, Any]]:
    """Fresh entries: nobody can know their ids beforehand."""
    return [entry(message) for _ in range(count)]


def entry(message: str) -> dict[str, Any]:
    return {
        "timestamp": f"2026-11-22T09:00:00.{secrets.randbelow(10**6):06}+00:00",
        "level": secrets.choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
        "service": "payments",
        "message": message,
        "request_id": f"req-{secrets.token_hex(4)}",
    }


def ids(values: list[Any]) -> list[Any]:
    return [value["request_id"] for value in values]


def watch(stage: Stage, values: list[Any], *, released: float = 0, **script: Any) -> Screen:
    """Follow a log of `values`, of which the first `released` are there at once."""
    play(stage, values, released=released, **script)
    return look(stage)


def play(stage: Stage, values: list[Any], *, released: float = float("inf"), **script: Any) -> None:
    log = Items(values=values, unit="entry", resumes_by="request_id", **script)
    stage.play(log, released=released)


def look(stage: Stage, **headers: str) -> Screen:
    """Follow the log as it is."""
    return Screen(stage, stage.get(PATH, **headers), "request_id")


def shown(seen: Screen) -> list[Any]:
    """The ids of the entries that onmessage was given."""
    numbers = (seen.number_of(payload) for payload in seen.payloads())
    return [number for number in numbers if number is not None]


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Screen]:
    """A complete response to a log of awkward messages, all of them there at once."""
    with answer.stage(NOTHING) as stage:
        play(stage, [entry(message) for message in AWKWARD])
        stopped = None
        try:
            stage.get(PATH)
        except Stopped as error:  # by then the response may have begun
            stopped = error
        yield Screen(stage, stage.clients[0], "request_id", stopped=stopped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jam:
    """What was seen while a client did not read, and when it had left."""

    stage: Stage
    stalled: Stalled
    another_got: int  # entries, of the one that a client could get that came meanwhile


@pytest.fixture(scope="module")
def jam(answer: Answer) -> Iterator[Jam]:
    """A client that reads nothing of many entries, of which the first fill its connection."""
    with answer.stage(NOTHING) as stage:
        play(stage, entries(32, message="x" * 131_072) + entries(608))
        got: list[int] = []
        stalled = checks.stall_and_leave(stage, PATH, meanwhile=lambda: got.append(_one(stage)))
        yield Jam(stage=stage, stalled=stalled, another_got=got[0])


@pytest.fixture(scope="module")
def stalled(jam: Jam) -> Stalled:
    """What was seen of the client that read nothing."""
    return jam.stalled


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A response to a log that said two things, nothing for a long time, and two things more."""

    stage: Stage
    seen: Screen
    values: list[dict[str, Any]]
    began: int  # bytes of the body that came before it
    signs_of_life: list[int]  # bytes that came in each half minute of the silence
    last_event_id: str  # what a browser that came back at its end would have sent

    @property
    def said(self) -> bytes:
        """What came in it."""
        return self.seen.client.body[self.began :][: sum(self.signs_of_life)]


@pytest.fixture(scope="module")
def silence(answer: Answer) -> Iterator[Silence]:
    """A silence of a minute and a half; on real time of half a minute, which has to be sat out."""
    with answer.stage(NOTHING) as stage:
        values = entries(4)
        seen = watch(stage, values, released=2)
        began = seen.client.received
        signs = [_half_a_minute(stage, seen) for _ in range(1 if stage.real else 3)]
        seen.look()
        last_event_id = seen.parser.last_event_id
        stage.release_all()
        stage.until(lambda: seen.client.over)
        yield Silence(
            stage=stage,
            seen=seen,
            values=values,
            began=began,
            signs_of_life=signs,
            last_event_id=last_event_id,
        )


@essential()
def test_starts(whole: Screen) -> None:
    """The response starts with status 200 and Content-Type text/event-stream.

    Another type makes EventSource give up for good (9.2.3).
    """
    checks.starts(whole.stage, whole.client, types=("text/event-stream",))


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Screen) -> None:
    """Nothing blocks the event loop while entries are sent."""
    if whole.stopped is not None:
        raise whole.stopped
    whole.stage.until(lambda: whole.client.over)
    checks.never_blocks(whole.stage)
    if not whole.client.over:
        checks.serves_others(whole.stage)


@essential(needs=[test_loop_stays_free])
def test_dispatches_events(whole: Screen) -> None:
    """Every entry is one event: data lines, then a blank line, without a type of its own.

    A block without its blank line is discarded (9.2.6), and onmessage gets unnamed events only.
    Other events, such as one that says that the log is closed, may have any type.
    """
    screen.dispatches(whole, item="an entry")


@essential(needs=[test_dispatches_events])
def test_carries_json(whole: Screen) -> None:
    """Every entry arrives as the JSON object that the log gave, with all the lines of its message.

    A line break in the payload ends the data line, unless JSON escapes it or each line gets a
    data: of its own (9.2.5).
    """
    given: list[dict[str, Any]] = whole.stage.source.script.values  # type: ignore[attr-defined]
    screen.carries_values(whole, given, item="entry")


@essential(needs=[test_carries_json])
def test_sends_everything_once(whole: Screen) -> None:
    """Every entry arrives once and in order, and the response ends when the log does."""
    checks.completes(whole.stage, whole.client)
    given = ids(whole.stage.source.script.values)  # type: ignore[attr-defined]
    expect(
        shown(whole) == given,
        observed=f"entries {shown(whole)}",
        expected=f"entries {given}",
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


@good(needs=[test_sends_everything_once])
def test_sends_ids(whole: Screen) -> None:
    """Every event has the entry's request_id as its id, which the browser sends on its return."""
    for event in whole.messages():
        number = whole.number_of(screen.json_of(event.data))
        expect(
            number in (None, event.last_event_id),
            observed=f"entry {number} came with the id {event.last_event_id!r}",
            expected=f"id: {number}",
            sign="without-an-id",
        )


@essential(needs=[test_sends_everything_once])
def test_lockstep(stage: Stage) -> None:
    """Every entry reaches the client before the next one exists."""
    seen = watch(stage, entries(40))
    checks.in_lockstep(stage, seen.client, arrived=seen.arrived, items=4)


@good(needs=[test_sends_everything_once])
def test_answers_before_the_first_entry(stage: Stage) -> None:
    """The head of the response does not wait for the first entry, so onopen fires at once."""
    seen = watch(stage, entries(1))
    expect(
        stage.until(lambda: seen.client.status is not None),
        observed="nothing, as long as the log was silent",
        expected="status and headers",
        sign="only-at-the-end",
    )


@good(needs=[test_lockstep])
def test_keeps_the_logs_pace(stage: Stage) -> None:
    """The endpoint adds no delay of its own: the log sets the pace."""
    if stage.real:
        checks.needs_virtual_time()
    seen = watch(stage, entries(8))
    stage.release_all()
    before = stage.now
    stage.until(lambda: seen.client.over)
    stage.advance(0 if seen.client.over else 60)
    expect(
        stage.now == before,
        observed=f"entries that were all there took {stage.now - before:g} s of waiting",
        expected="no waiting",
        sign="paced",
    )


@essential(needs=[test_lockstep])
def test_serves_two_clients(stage: Stage) -> None:
    """Two clients each get every entry, and neither waits for the other."""
    play(stage, entries(4), released=0)
    checks.serves_two(stage, lambda: look(stage), item="entry")


@essential(needs=[test_serves_two_clients])
def test_keeps_requests_apart(stage: Stage) -> None:
    """Who comes second gets every entry once, whatever the first one got."""
    values = entries(3)
    for visitor in ("first", "second"):
        play(stage, values)
        seen = look(stage)
        stage.until(lambda seen=seen: seen.client.over)  # type: ignore[misc]
        expect(
            shown(seen) == ids(values),
            observed=f"of a log of 3 entries the {visitor} visitor got {shown(seen)}",
            expected=f"entries {ids(values)}",
            sign="kept",
        )


@essential(needs=[test_sends_everything_once])
def test_leaves_nothing_behind(whole: Screen) -> None:
    """When the log has ended, nobody follows it any more and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@good(needs=[test_leaves_nothing_behind])
def test_raises_nothing(whole: Screen) -> None:
    """A complete response leaves no traceback in the server's log."""
    checks.raises_nothing(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_ends_when_the_client_leaves_between_entries(stage: Stage) -> None:
    """A client that leaves between two entries ends the following at once."""
    seen = watch(stage, entries(4), released=1)
    stage.hang_up(seen.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_ends_when_the_client_leaves_between_entries])
def test_gives_back_what_fails(stage: Stage) -> None:
    """When the log fails in the middle, it is followed no more."""
    _watch_it_fail(stage)
    checks.lets_go_at_last(stage, when="after the log had failed")


@essential(needs=[test_ends_when_the_client_leaves_between_entries])
def test_a_stalled_client_stops_the_log(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the log: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=600)


@essential(needs=[test_keeps_requests_apart, test_a_stalled_client_stops_the_log])
def test_a_stalled_client_holds_up_nobody(jam: Jam) -> None:
    """While one client does not read, another one that comes is given its entries."""
    expect(
        jam.another_got == 1,
        observed="one client read nothing, and another one that came then got no entry",
        expected="the entry that there was for it",
        sign="held-up",
    )


@essential(needs=[test_lockstep])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent, but for the last few entries."""
    seen = watch(fresh_stage, entries(44, message="x" * 65_536))
    checks.does_not_grow(fresh_stage, seen.client, first=24, then=16, body=16 * 65_536)


@essential(needs=[test_a_stalled_client_stops_the_log])
def test_ends_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the following."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@essential(needs=[test_ends_when_a_stalled_client_leaves])
def test_ends_when_the_client_leaves_at_an_entry(stage: Stage) -> None:
    """A client that leaves as an entry comes ends the following, and nothing is read on."""
    seen = watch(stage, entries(4), released=1)
    with stage.at_once():
        stage.hang_up(seen.client)
        stage.release()
    stage.release_all()
    checks.takes_no_more(stage, allowed=1, since=1)
    checks.lets_go_at_last(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_lockstep, test_ends_when_the_client_leaves_at_an_entry])
def test_outlives_a_silence(silence: Silence) -> None:
    """What is logged after a long silence still arrives, and nothing is lost to a heartbeat.

    A heartbeat that does not end takes the next line, or the next event, with it (9.2.6).
    """
    given, body = ids(silence.values), silence.seen.client.body
    sent = [number for number in given if number.encode() in body]
    spoilt = set(sent) - set(shown(silence.seen)) or _without_their_ids(silence)
    expect(
        not spoilt,
        observed=f"behind {silence.said[-40:]!r}, which came in the silence, an entry was sent "
        "that was not shown, or that lost its id",
        expected="a heartbeat that ends before the next event begins",
        sign="undispatched",
    )
    expect(
        shown(silence.seen) == given,
        observed=f"a log of 4 entries was silent after 2, and the client got "
        f"{silence.seen.arrived()} of them",
        expected="all 4, and once each",
        sign="lost-in-silence",
    )


@essential(needs=[test_outlives_a_silence])
def test_shows_entries_only(silence: Silence) -> None:
    """A heartbeat is nothing that onmessage sees: a comment, or an event with a type of its own."""
    seen = [event.data for event in silence.seen.messages()]
    last = max(n for n, data in enumerate(seen) if silence.seen.number_of(screen.json_of(data)))
    others = [d for d in seen[:last] if silence.seen.number_of(screen.json_of(d)) is None]
    expect(
        not others,
        observed=f"while the log was silent onmessage was given {(others or [''])[0]!r}",
        expected="entries and nothing else",
        sign="heartbeat-seen",
    )


@essential(needs=[test_outlives_a_silence])
def test_leaves_nothing_behind_after_a_silence(silence: Silence) -> None:
    """When the log ends after a silence, nobody follows it any more and no task is left."""
    checks.lets_go(silence.stage, when="after a log that had been silent was over")
    checks.leaves_no_tasks(silence.stage)


@essential(needs=[test_outlives_a_silence])
def test_outlives_minutes_of_silence(stage: Stage) -> None:
    """The response goes on through minutes of silence, before the first entry and behind it."""
    if stage.real:
        checks.needs_virtual_time()
    values = entries(3)
    seen = watch(stage, values)
    for released, minutes in ((1, 1), (2, 6)):
        _let_minutes_pass(stage, minutes)
        expect(
            not seen.client.over,
            observed=f"{minutes} min without an entry, and the response was over",
            expected="a response that waits for the next entry",
            sign="ended-in-silence",
        )
        stage.release(released)
    stage.until(lambda: seen.client.over)
    expect(
        shown(seen) == ids(values),
        observed=f"a log of 3 entries was silent for minutes, and the client got {seen.arrived()}",
        expected="all 3, and once each",
        sign="lost-in-silence",
    )


@good(needs=[test_outlives_a_silence])
def test_sends_heartbeats(silence: Silence) -> None:
    """While the log is silent, something is sent at least every half minute."""
    expect(
        all(silence.signs_of_life),
        observed=f"bytes in each half minute of silence: {silence.signs_of_life}",
        expected="a comment or an event in each of them",
        sign="no-heartbeat",
    )


@good(needs=[test_outlives_a_silence, test_sends_ids])
def test_heartbeats_keep_the_last_id(silence: Silence) -> None:
    """A heartbeat leaves the id alone that a browser sends on its return: the last entry's."""
    last = silence.values[1]["request_id"]
    expect(
        silence.last_event_id in ("", last),
        observed=f"behind entry {last} and a silence the last id was {silence.last_event_id!r}",
        expected=f"{last}: no id in a heartbeat",
        sign="without-an-id",
    )


@expert(needs=[test_ends_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The following of a stalled client that leaves ends at once, without garbage collection."""
    checks.let_go_promptly(stalled)


@good(needs=[test_sends_everything_once])
def test_takes_an_unknown_id(stage: Stage) -> None:
    """A Last-Event-ID that no entry has is no error: the entries come from the first one on."""
    values = entries(2)
    for unknown in UNKNOWN:
        play(stage, values)
        seen = look(stage, Last_Event_ID=unknown)
        checks.starts(stage, seen.client, types=("text/event-stream",))
        stage.until(lambda seen=seen: seen.client.over)  # type: ignore[misc]
        expect(
            shown(seen) == ids(values),
            observed=f"Last-Event-ID: {unknown:.80} was answered with {seen.arrived()} entries",
            expected="both entries of the log",
            sign="differs",
        )


@expert(needs=[test_sends_ids])
def test_resumes(stage: Stage) -> None:
    """A client that comes back with Last-Event-ID gets what followed that entry, and only that."""
    values = entries(5)
    play(stage, values)
    seen = look(stage, Last_Event_ID=values[2]["request_id"])
    stage.until(lambda: seen.client.over)
    expect(
        shown(seen) == ids(values[3:]),
        observed=f"of 5 entries the client had 3, came back, and got {seen.arrived()}",
        expected="the last 2",
        sign="starts-over" if shown(seen) == ids(values) else "differs",
    )


@good(needs=[test_gives_back_what_fails])
def test_a_failing_log_is_not_passed_off_as_complete(stage: Stage, whole: Screen) -> None:
    """A log that fails in the middle cuts the response off, or is reported in a typed event.

    onmessage would take one without a type for an entry.
    """
    seen = _watch_it_fail(stage)
    if not _says_that_it_failed(seen, whole):
        checks.fails_visibly(stage, seen.client)


@good(needs=[test_gives_back_what_fails])
def test_a_log_that_is_down_is_not_passed_off_as_empty(stage: Stage, whole: Screen) -> None:
    """A log that cannot be opened gives an error, not an empty stream."""
    stage.source.refuses = "the log is being rotated"
    seen = watch(stage, entries(1), released=1)
    stage.until(lambda: seen.client.over)
    if not _says_that_it_failed(seen, whole):
        checks.fails_visibly(stage, seen.client)


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Screen) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves nothing behind."""
    play(stage, entries(1), silent=True)
    checks.answers_head_at_once(stage, PATH)


def _half_a_minute(stage: Stage, seen: Screen) -> int:
    """Let half a minute pass. Returns the bytes that came in it."""
    before = seen.client.received
    stage.let_pass(31 if stage.real else 30)
    return seen.client.received - before


def _let_minutes_pass(stage: Stage, minutes: int) -> None:
    """Let minutes pass, but only half of one for code that looks again several times a second.

    Each time that it looks takes the judge real time.
    """
    for _ in range(2 * minutes):
        if stage.advance(30) > 100:
            break


def _one(stage: Stage) -> int:
    """Follow the log as another client, for which there is one entry. Returns how many it got."""
    stage.source.released = 1
    seen = look(stage)
    stage.until(lambda: seen.arrived() == 1)
    stage.hang_up(seen.client)
    return seen.arrived()


def _without_their_ids(silence: Silence) -> set[Any]:
    """The entries behind the silence that came without their ids, if those before it had theirs."""
    had = {
        number: number == event.last_event_id
        for event in silence.seen.messages()
        if (number := silence.seen.number_of(screen.json_of(event.data))) is not None
    }
    before, behind = ids(silence.values[:2]), ids(silence.values[2:])
    if not all(had.get(number) for number in before):
        return set()
    return {number for number in behind if not had.get(number, True)}


def _watch_it_fail(stage: Stage) -> Screen:
    """Watch two entries come, and then the log fail."""
    values = entries(4)
    seen = watch(stage, values[:2], released=2, silent=True)
    stage.until(lambda: seen.arrived() == 2)
    play(stage, values, fails_at=2)
    stage.release()
    stage.until(lambda: seen.client.over)
    return seen


def _says_that_it_failed(seen: Screen, whole: Screen) -> bool:
    """Whether an event came that onmessage is not given, and that no whole log ends with."""
    usual = {(event.type, event.data) for event in whole.look()}
    typed = [event for event in seen.look() if event.type != "message"]
    return any((event.type, event.data) not in usual for event in typed)
