"""What GET /process/long-task has to do: true progress of a task, as server-sent events.

Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from grader.judge import checks, moments, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect, fail
from grader.judge.evidence import Stopped
from grader.judge.screen import Screen
from grader.judge.script import Items
from grader.judge.stage import Stage
from grader.judge.wire import Client
from grader.sse import Event

PATH = "/process/long-task"
FIELDS = ("step", "total_steps", "message", "progress_percent", "timestamp")
# What steps say of themselves, to break whoever puts events or JSON together by hand.
AWKWARD = [
    "Reading the upload",
    'Checking "orders.csv"\nand its \\ 3 sheets',
    "Entfernen von Duplikaten: 12 %",
    "first\n\ndata: forged",
    " line\u2028separator 📦 ",
    "Reading the upload",  # once more
    "",
]

MANY = 201  # the fewest steps of which rounding makes 100 before the last one is done


def task(messages: list[str], **script: Any) -> Items:
    """A task with a step for each message."""
    return Items(values=messages, told=messages, unit="step", **script)


def messages(count: int, *, size: int = 0) -> list[str]:
    """Fresh messages: nobody can know them beforehand."""
    return [f"step of {secrets.token_hex(4)} {'x' * size}" for _ in range(count)]


def watch(stage: Stage, script: Items, *, released: float = 0) -> Screen:
    """Have the task run, of which the first `released` steps are done as soon as they are run."""
    stage.play(script, released=released)
    return look(stage)


def look(stage: Stage, **headers: str) -> Screen:
    return Screen(stage, stage.get(PATH, **headers), "step")


def reports(seen: Screen) -> list[dict[str, Any]]:
    """What onmessage was given about steps."""
    return [payload for payload in seen.payloads() if seen.number_of(payload) not in (None, 0)]


def steps(seen: Screen) -> list[Any]:
    return [report["step"] for report in reports(seen)]


@dataclass(frozen=True, slots=True)
class Watched:
    """A client, and how many reports on steps it was given: see `checks.Watcher`."""

    seen: Screen

    @property
    def client(self) -> Client:
        return self.seen.client

    def arrived(self) -> int:
        return len(steps(self.seen))


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Screen]:
    """A complete response to a task with awkward messages, which takes no time at all."""
    with answer.stage(task(AWKWARD)) as stage:
        stopped = None
        try:
            stage.get(PATH)
        except Stopped as error:  # by then the response may have begun
            stopped = error
        yield Screen(stage, stage.clients[0], "step", stopped=stopped)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of the reports on many steps, and then leaves."""
    with answer.stage(task(messages(60, size=16_384))) as stage:
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Screen) -> None:
    """The response starts with status 200 and Content-Type text/event-stream.

    Another type makes EventSource give up for good (9.2.3).
    """
    checks.starts(whole.stage, whole.client, types=("text/event-stream",))


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Screen) -> None:
    """Nothing blocks the event loop while steps are run."""
    if whole.stopped is not None:
        raise whole.stopped
    whole.stage.until(lambda: whole.client.over)
    checks.never_blocks(whole.stage)
    if not whole.client.over:
        checks.serves_others(whole.stage)


@essential(needs=[test_loop_stays_free])
def test_dispatches_events(whole: Screen) -> None:
    """Every step is reported in an event: data lines, then a blank line, without a type of its own.

    A block without its blank line is discarded (9.2.6), and onmessage gets unnamed events only.
    Other events, such as one that says that the task is done, may have any type.
    """
    screen.dispatches(whole, item="a step")


@essential(needs=[test_dispatches_events])
def test_carries_json(whole: Screen) -> None:
    """Every report is a JSON object with its five fields, and the message as the step has it."""
    screen.carries_json(whole, item="report")
    for report in reports(whole):
        missing = [name for name in FIELDS if name not in report]
        expect(
            not missing,
            observed=f"{json.dumps(report)} has no {', '.join(missing)}",
            expected=f"the fields {', '.join(FIELDS)}",
            sign="differs",
        )
        number = report["step"]
        message = AWKWARD[int(number) - 1] if number in range(1, len(AWKWARD) + 1) else None
        expect(
            message is None or report["message"] == message,
            observed=f"the message of step {number}: {json.dumps(report['message'])}",
            expected=json.dumps(message),
            sign="differs",
        )


@essential(needs=[test_carries_json])
def test_sends_everything_once(whole: Screen) -> None:
    """Every step is reported once and in order, and the response ends when the task does."""
    checks.completes(whole.stage, whole.client)
    every = list(range(1, len(AWKWARD) + 1))
    expect(
        steps(whole) == every,
        observed=f"reports on the steps {steps(whole)}",
        expected=f"reports on the steps {every}",
        sign="differs",
    )


@essential(needs=[test_sends_everything_once])
def test_counts_what_is_done(whole: Screen) -> None:
    """The percentage is the share of the steps that are done, whole or exact: 100 once, at the end.

    However it is rounded, it may not be a whole percent or more beside the share.
    """
    _counts(whole, of=len(AWKWARD))
    hundreds = _percentages(whole.messages()).count(100)
    expect(
        hundreds == 1,
        observed=f"onmessage was told {hundreds} times that 100 % are done",
        expected="once, with the last step",
        sign="percentage",
    )


@essential(needs=[test_counts_what_is_done])
def test_is_not_at_100_before_the_last_step(stage: Stage) -> None:
    """Of hundreds of steps, too, only the last one makes it 100: 99.5 is not the end."""
    if stage.real:
        checks.needs_virtual_time()  # with a pause behind each step it would take long
    seen = watch(stage, task(messages(MANY)), released=MANY)
    if not stage.until(lambda: seen.client.over):
        stage.advance(300)
    _counts(seen, of=MANY)


@essential(needs=[test_sends_everything_once])
def test_tells_the_time(stage: Stage, whole: Screen) -> None:
    """Every report says when, in ISO 8601, and by the clock that shows the time of day."""
    for report in reports(whole):
        expect(
            _moment(report["timestamp"]) is not None,
            observed=f"timestamp: {json.dumps(report['timestamp'])}",
            expected="a timestamp such as 2026-11-22T09:00:00+00:00",
            sign="not-iso",
        )
    _tells_the_time_of_day(stage)


@good(needs=[test_tells_the_time])
def test_tells_the_offset(whole: Screen) -> None:
    """Timestamps have an offset from UTC, so that they mean the same everywhere."""
    for report in reports(whole):
        moment = _moment(report["timestamp"])
        expect(
            moment is not None and moment.tzinfo is not None,
            observed=f"timestamp: {report['timestamp']}",
            expected="an offset behind it, such as +00:00 or Z",
            sign="no-offset",
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
def test_reports_when_a_step_is_done(stage: Stage) -> None:
    """No step is reported before it is done."""
    seen = watch(stage, task(messages(8)))
    for done in range(4):
        if done == 1:
            stage.let_pass(3 if stage.real else 60)  # for reports that come by the clock
        stage.settle()
        expect(
            len(steps(seen)) <= done,
            observed=f"{done} of 8 steps were done, and the client had reports on {steps(seen)}",
            expected=f"reports on the first {done}",
            sign="unearned",
        )
        stage.release()


@essential(needs=[test_reports_when_a_step_is_done])
def test_lockstep(stage: Stage) -> None:
    """Every step that is done is reported before the next one is."""
    seen = watch(stage, task(messages(40)))
    checks.in_lockstep(stage, seen.client, arrived=lambda: len(steps(seen)), items=4)


@essential(needs=[test_lockstep])
def test_runs_one_step_at_a_time(stage: Stage) -> None:
    """A step is begun when the one before it is done, and not before."""
    watch(stage, task(messages(8)))
    for done in range(3):
        stage.settle()
        begun = max((opening.asked for opening in stage.source.openings), default=0)
        expect(
            begun <= done + 1,
            observed=f"{done} of 8 steps were done, and step {begun} had been begun",
            expected=f"step {done + 1} under way, and none behind it",
            sign="at-once",
        )
        stage.release()


@good(needs=[test_sends_everything_once])
def test_answers_before_the_first_step_is_done(stage: Stage) -> None:
    """The head of the response does not wait for the first step, so onopen fires at once."""
    seen = watch(stage, task(messages(1)))
    expect(
        stage.until(lambda: seen.client.status is not None),
        observed="nothing, as long as the first step was under way",
        expected="status and headers",
        sign="only-at-the-end",
    )


@good(needs=[test_lockstep, test_tells_the_time])
def test_takes_the_time_when_a_step_is_done(stage: Stage) -> None:
    """The timestamp is taken when the step is done, neither before it nor all at the beginning."""
    if stage.real:
        checks.needs_virtual_time()
    seen = watch(stage, task(messages(4)), released=1)
    for seconds in (7, 30):
        stage.advance(seconds)
        stage.release()
    stage.until(lambda: len(steps(seen)) == 3)
    moments = [moment for report in reports(seen) if (moment := _moment(report["timestamp"]))]
    clock = [moment.replace(tzinfo=None) for moment in moments]
    took = [(then - before).total_seconds() for before, then in pairwise(clock)]
    expect(
        len(took) == 2 and abs(took[0] - 7) < 1 and abs(took[1] - 30) < 1,
        observed=f"steps 2 and 3 took 7 and 30 seconds, and by their timestamps {took}",
        expected="the moment at which each step was done",
        sign="unearned",
    )


@good(needs=[test_lockstep])
def test_adds_no_delay(stage: Stage) -> None:
    """The endpoint adds no delay of its own: the work takes long enough."""
    if stage.real:
        checks.needs_virtual_time()
    seen = watch(stage, task(messages(8)))
    stage.release_all()
    before = stage.now
    stage.until(lambda: seen.client.over)
    stage.advance(0 if seen.client.over else 60)
    expect(
        stage.now == before,
        observed=f"steps that took no time took {stage.now - before:g} s of waiting",
        expected="no waiting",
        sign="paced",
    )


@essential(needs=[test_lockstep])
def test_serves_two_clients(stage: Stage) -> None:
    """Clients each have a task of their own: none waits for another, or sees what it was told."""
    stage.play(task(messages(4)), released=0)
    checks.serves_two(stage, lambda: Watched(look(stage)), item="step")
    late = look(stage)
    stage.until(lambda: late.client.over)
    expect(
        steps(late) == [1, 2, 3, 4],
        observed=f"a client that came when the others were done had reports on {steps(late)}",
        expected="reports on the steps 1 to 4 of its own task",
        sign="mixed",
    )


@essential(needs=[test_sends_everything_once])
def test_leaves_nothing_behind(whole: Screen) -> None:
    """When all steps are done, the task is left and nothing of the request runs on."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_cancels_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves in the middle of a step has the task cancelled at once."""
    seen = watch(stage, task(messages(4)), released=1)
    stage.hang_up(seen.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_cancels_when_the_client_leaves])
def test_cancels_what_fails(stage: Stage) -> None:
    """When a step fails, the task is left."""
    _watch_it_fail(stage)
    checks.lets_go_at_last(stage, when="after a step had failed")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_cancels_when_the_client_leaves])
def test_cancels_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves has the task cancelled, if it is not over."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@essential(needs=[test_cancels_when_a_stalled_client_leaves])
def test_cancels_when_the_client_leaves_at_a_step(stage: Stage) -> None:
    """A client that leaves as a step is done has the task cancelled, and no further step is run."""
    seen = watch(stage, task(messages(4)), released=1)
    with stage.at_once():
        stage.hang_up(seen.client)
        stage.release()
    stage.release_all()
    checks.takes_no_more(stage, allowed=1, since=1)
    checks.lets_go_at_last(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@expert(needs=[test_cancels_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The task of a stalled client that leaves is cancelled at once, without garbage collection."""
    checks.let_go_promptly(stalled)


@essential(needs=[test_cancels_what_fails, test_counts_what_is_done])
def test_a_failure_is_not_passed_off_as_success(stage: Stage, whole: Screen) -> None:
    """A task that fails never reaches 100, and says so in an event or by a body that breaks off."""
    seen = _watch_it_fail(stage)
    expect(
        100 not in _percentages(seen.look()),
        observed="step 3 of 4 failed, and the client was told that 100 % are done",
        expected="less than 100 %",
        sign="false-end",
    )
    if not _says_that_it_failed(seen, whole):
        if seen.client.complete:
            screen.ends_the_last_event(seen)
        checks.fails_visibly(stage, seen.client)


@expert(needs=[test_a_failure_is_not_passed_off_as_success])
def test_reports_a_failure(stage: Stage, whole: Screen) -> None:
    """A failure is an event of its own, behind which the response ends as it should."""
    seen = _watch_it_fail(stage)
    if not _says_that_it_failed(seen, whole):
        fail(
            observed="step 3 of 4 failed, and the client had no event that says so",
            expected="an event, since a body that breaks off looks like a bad connection",
        )
    checks.completes(stage, seen.client)


@good(needs=[test_a_failure_is_not_passed_off_as_success])
def test_a_worker_that_is_down_is_not_passed_off_as_done(stage: Stage) -> None:
    """A worker that refuses the task gives an error, not an empty stream."""
    stage.source.refuses = "the worker is down"
    seen = watch(stage, task(messages(1)), released=1)
    stage.until(lambda: seen.client.over)
    if not seen.look():
        checks.fails_visibly(stage, seen.client)


@essential(needs=[test_a_failure_is_not_passed_off_as_success])
def test_runs_nothing_again(stage: Stage) -> None:
    """When a step has failed, neither it nor the task is run once more, nor what comes behind it.

    "Whatever it raises means that the task has failed" (sources/tasks.py).
    """
    _watch_it_fail(stage)
    started = len(stage.source.openings)
    failed = sum(opening.failed for opening in stage.source.openings)
    expect(
        started == failed == 1,
        observed=f"step 3 of 4 failed; in all, the task was started {_times(started)}, "
        f"and steps failed {_times(failed)}",
        expected="one task, and nothing that is run when a step of it has failed",
        sign="retried",
    )


@good(needs=[test_sends_everything_once])
def test_marks_the_end(whole: Screen) -> None:
    """The end can be told from a lost connection: by the id of the last event, or an event for it.

    EventSource comes back after both, and has only the id to say which one it was (9.2.4): one
    that it had before the end says nothing.
    """
    *earlier, last = whole.look()
    known = {"", *(event.last_event_id for event in earlier)}
    expect(
        last.last_event_id not in known or whole.number_of(screen.json_of(last.data)) is None,
        observed=f"the last event is a report with the id {last.last_event_id!r}, as before"
        if last.last_event_id
        else "the last event is a report without an id",
        expected="an id of its own in it, or an event of another type behind it",
        sign="without-an-id",
    )


@expert(needs=[test_marks_the_end])
def test_does_not_run_again(stage: Stage, whole: Screen) -> None:
    """A browser that comes back after the end does not set the task going again.

    Status 204 tells EventSource not to come back once more (9.2.3).
    """
    _comes_back(stage, whole)


@expert(needs=[test_does_not_run_again, test_reports_a_failure])
def test_does_not_run_again_what_has_failed(stage: Stage) -> None:
    """A browser that comes back after a failure does not set the task going again, to fail again.

    EventSource would do that every three seconds, until somebody closes the tab.
    """
    _comes_back(stage, _watch_it_fail(stage))


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Screen) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves no task behind."""
    stage.play(task(messages(1)), released=0)
    checks.answers_head_at_once(stage, PATH)


def _comes_back(stage: Stage, seen: Screen) -> None:
    """A browser that comes back with the last id of `seen` sets no task going."""
    sent = "".join(event.last_event_id for event in seen.look()[-1:])
    last_event_id = "".join(filter(str.isprintable, sent)).strip()
    stage.play(task(messages(2)))
    before = len(stage.source.openings)
    back = look(stage, **({"Last_Event_ID": last_event_id} if last_event_id else {}))
    stage.until(lambda: back.client.over)
    again = len(stage.source.openings) > before
    expect(
        not again and back.client.over and (back.client.status or 500) < 300,
        observed=f"a browser came back with Last-Event-ID: {last_event_id or 'none'}, and "
        + ("the task was run again" if again else f"got {back.client.status}"),
        expected="status 204, or an end, and no task",
        sign="runs-again",
    )


def _counts(seen: Screen, *, of: int) -> None:
    """Every report has the number of the steps, and the share of them that is done."""
    for report in reports(seen):
        percent, share = report["progress_percent"], 100 * report["step"] / of
        expect(
            _fits(percent, share) and report["total_steps"] == of,
            observed=f"after step {report['step']} of {of}: {json.dumps(percent)} %, "
            f"of {json.dumps(report['total_steps'])} steps",
            expected=f"{share:g} %, or that to a whole number{_below(share)}, of {of} steps",
            sign="percentage",
        )


def _fits(percent: Any, share: float) -> bool:
    """Whether a percentage is the share, whole or to a tenth at least."""
    if isinstance(percent, bool) or not isinstance(percent, int | float):
        return False
    near = 1 if percent == int(percent) else 0.1
    return abs(percent - share) < near and (percent == 100) == (share == 100)


def _below(share: float) -> str:
    """What to say of a share that would be rounded to 100."""
    return " below 100" if 99 < share < 100 else ""


def _tells_the_time_of_day(stage: Stage) -> None:
    """Timestamps lie between the request and the end, to the minute: when, is another matter."""
    begun = moments.clock(stage).replace(second=0, microsecond=0)
    seen = watch(stage, task(messages(2)), released=2)
    stage.until(lambda: seen.client.over)
    ended = moments.clock(stage)
    for report in reports(seen):
        moment = _moment(report.get("timestamp"))
        expect(
            moment is not None and moments.made_between(moment, begun, ended),
            observed=f"timestamp: {json.dumps(report.get('timestamp'))}, and it was "
            f"{ended.isoformat(timespec='seconds')}",
            expected="the time of day, from datetime.now(UTC) or the like",
            sign=_time_sign(moment, begun, ended),
        )


def _time_sign(moment: datetime | None, begun: datetime, ended: datetime) -> str:
    """How a time looks that is not that of the day."""
    if moment is None:
        return "not-iso"
    if moment.year == 1970:
        return "another-clock"
    return "wrong-offset" if moments.made_elsewhere(moment, begun, ended) else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _moment(timestamp: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(timestamp)
    except (ValueError, TypeError):
        return None


def _percentages(events: list[Event]) -> list[Any]:
    """The percentages that events were sent with."""
    payloads = [screen.json_of(event.data) for event in events]
    return [payload.get("progress_percent") for payload in payloads if isinstance(payload, dict)]


def _watch_it_fail(stage: Stage, *, step: int = 3, of: int = 4) -> Screen:
    """Watch the steps before that one come, and it fail."""
    every = messages(of)
    seen = watch(stage, task(every), released=step - 1)
    stage.until(lambda: len(steps(seen)) == step - 1)
    stage.play(task(every, fails_at=step - 1))
    stage.release()
    stage.until(lambda: seen.client.over)
    return seen


def _says_that_it_failed(seen: Screen, whole: Screen) -> bool:
    """Whether its events say something that another failure says, too, and no success does.

    Counts, times, messages and ids differ from one failure to the next, and say nothing of it.
    """
    told = _told(seen) - _told(whole)
    if not told:
        return False
    again = _watch_it_fail(seen.stage, step=2, of=5)
    success = watch(seen.stage, task(messages(3)), released=3)
    seen.stage.until(lambda: success.client.over)
    return bool(told & _told(again) - _told(success))


def _told(seen: Screen) -> set[tuple[object, ...]]:
    """All that events say: types, fields, kinds of values, values, and the words of texts."""
    return {(event.type, *fact) for event in seen.look() for fact in _facts(event.data)}


def _facts(data: str) -> Iterator[tuple[object, ...]]:
    payload = screen.json_of(data)
    yield (frozenset(payload) if isinstance(payload, dict) else None,)
    for path, value in _leaves(data if payload is None else payload):
        kind = "number" if type(value) in (int, float) else type(value).__name__
        yield path, kind
        if isinstance(value, str) and not _moment(value):
            yield from ((path, kind, text) for text in (value, *re.findall(r"[\w-]+", value)))
        elif isinstance(value, bool | int | float):
            yield path, kind, value  # its kind, too: True == 1


def _leaves(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What is no object and no list, or empty, and where it stands: places in lists are one."""
    left: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while left:
        path, value = left.pop()
        if value and isinstance(value, dict):
            left += [((*path, key), inner) for key, inner in value.items()]
        elif value and isinstance(value, list):
            left += [((*path, ""), inner) for inner in value]
        else:
            yield path, value
