"""What GET /demo/comparison/streamed has to do: one JSON document, sent as its records are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.judge import checks, records, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.records import Record
from grader.judge.script import Lists
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/demo/comparison/streamed"
NOWHERE = Lists(values=[], unit="record")
BATCH = 100  # records that may wait for each other, as the exercise says
# How many records can be read when the client is looked at. Just above a batch, what is a little
# larger has sent nothing; later ones are for batches that begin small, and grow.
LOOKS = (105, 150, 250, 380, 500, 640, 800, 950)


@dataclass(slots=True)
class Late:
    """A client that was more than a batch behind."""

    read: int  # records that could be read
    had: int  # records that the client had
    bytes_had: int
    later: int  # records that it had when more, and still not all, could be read


@dataclass(slots=True)
class Streamed:
    """A response, and the records that it was made from."""

    stage: Stage
    client: Client
    given: list[Record]
    late: Late | None = None


def fetch(stage: Stage, given: list[Record], *, fails_at: int | None = None) -> Client:
    """Stream exactly these records, all of which can be read at once."""
    records.play(stage, given, fails_at=fails_at)
    client = stage.get(PATH)
    records.wait_for_the_end(stage, client)
    return client


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Streamed]:
    """A complete response of awkward records."""
    with answer.stage(NOWHERE) as stage:
        given = records.awkward()
        yield Streamed(stage, fetch(stage, given), given)


@pytest.fixture(scope="module")
def streamed(answer: Answer) -> Iterator[Streamed]:
    """A response of 1,100 records, of which more and more can be read.

    The count is a multiple of every usual batch, where their last one may go wrong. The records
    are as long as those of the live store, so that 8 KiB of them are fewer than a hundred.
    """
    with answer.stage(NOWHERE) as stage:
        given = records.fresh(1100, data="a text like any other ")
        records.play(stage, given, released=0)
        client = stage.get(PATH)
        late = _late(stage, client)
        line = stage.pulled_at
        stage.release_all()
        stage.until(lambda: client.over)
        stage.pulled_at = line if late else stage.pulled_at  # another may read on from here
        yield Streamed(stage, client, given, late)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large records, and then leaves."""
    with answer.stage(NOWHERE) as stage:
        records.play(stage, records.fresh(440, data="x" * 8192))
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Streamed) -> None:
    """The response starts with status 200 and Content-Type application/json."""
    checks.starts(whole.stage, whole.client, types=("application/json",))


@essential(needs=[test_starts])
def test_is_the_document(whole: Streamed) -> None:
    """The body is one valid JSON object, {"records": [...]}, whatever characters the data hold."""
    checks.completes(whole.stage, whole.client)
    records.document(whole.client)


@essential(needs=[test_is_the_document])
def test_sends_every_record_once(whole: Streamed) -> None:
    """Every record arrives once, in the order of its id, with the values of the store."""
    records.are_all_there(whole.client, whole.given)


@essential(needs=[test_is_the_document])
def test_an_empty_store_is_an_empty_list(stage: Stage) -> None:
    """A store without records gives {"records": []}, which is valid JSON too."""
    client = fetch(stage, [])
    checks.completes(stage, client)
    found = records.document(client)
    expect(not found, observed=f"{len(found)} records", expected="none", sign="differs")


@essential(needs=[test_is_the_document])
def test_one_record_is_a_list_of_one(stage: Stage) -> None:
    """A store of one record gives a list of one object, without a comma."""
    given = records.fresh(1)
    client = fetch(stage, given)
    checks.completes(stage, client)
    records.are_all_there(client, given)


@essential(needs=[test_is_the_document])
def test_loop_stays_free(whole: Streamed) -> None:
    """Nothing blocks the event loop while records are read and sent."""
    checks.never_blocks(whole.stage)


@essential(needs=[test_sends_every_record_once])
def test_streams(streamed: Streamed) -> None:
    """The first records reach the client while later ones have not been read from the store.

    Batches of up to a hundred are fine: a tenth of the whole, and a tenth of the waiting.
    """
    if late := streamed.late:
        checks.fail(
            observed=f"{late.read} of 1,100 records could be read, and the client had {late.had}",
            expected=f"at least {late.read - BATCH} records at the client: what was read, but for "
            f"a batch of up to {BATCH}",
            sign=_lateness(late),
        )


@essential(needs=[test_streams])
def test_sends_a_thousand_records_whole(streamed: Streamed) -> None:
    """More than a thousand records are one document: none is lost or doubled between batches."""
    checks.completes(streamed.stage, streamed.client)
    records.are_all_there(streamed.client, streamed.given)


@essential(needs=[test_sends_every_record_once])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one client waits for the store, another one is served."""
    records.serves_another(stage, PATH)


@essential(needs=[test_serves_others_meanwhile])
def test_keeps_requests_apart(stage: Stage) -> None:
    """Two clients at the same time get a document each, with nothing of the other one's."""
    records.keeps_requests_apart(stage, PATH)


@essential(needs=[test_sends_every_record_once])
def test_waits_for_a_slow_store(stage: Stage) -> None:
    """A store that takes two seconds is waited for: it is slow, and has not failed."""
    records.waits_for_a_slow_store(stage, PATH)


@essential(needs=[test_sends_every_record_once])
def test_leaves_nothing_behind(whole: Streamed) -> None:
    """When all records have been sent, the store is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_streams])
def test_a_stalled_client_stops_the_reading(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of records: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=400)


@essential(needs=[test_streams])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent.

    The first 200 records bring any batch of up to a hundred to full size. The last 20 stay in
    the store: what is kept until the end is let go there.
    """
    records.play(fresh_stage, records.fresh(720, data="x" * 8_192), released=0)
    client = fresh_stage.get(PATH)
    checks.does_not_grow(fresh_stage, client, first=200, then=500, body=500 * 8_192)


@essential(needs=[test_leaves_nothing_behind])
def test_closes_the_store_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves between two records ends the reading at once."""
    records.play(stage, records.fresh(400), released=150)
    stage.hang_up(stage.get(PATH))
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_a_stalled_client_stops_the_reading])
def test_closes_the_store_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the reading, and the store is closed."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@expert(needs=[test_closes_the_store_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The store of a stalled client that leaves is closed at once, without garbage collection."""
    checks.let_go_promptly(stalled)


@essential(needs=[test_sends_every_record_once])
def test_a_failing_store_cuts_the_document_off(stage: Stage) -> None:
    """A store that fails half-way cuts the body off: half a document never looks complete."""
    _breaks_off(stage, fetch(stage, records.awkward(), fails_at=5))
    checks.lets_go_at_last(stage, when="after the store had failed")


@essential(needs=[test_a_failing_store_cuts_the_document_off])
def test_a_second_attempt_sends_no_record_twice(stage: Stage) -> None:
    """Where a store that failed is read once more, each record is still sent once."""
    stage.source.recovers = True
    given = records.fresh(8)
    records.sends_none_twice(stage, fetch(stage, given, fails_at=5), given)


@essential(needs=[test_sends_every_record_once])
def test_a_store_that_is_down_is_not_empty(stage: Stage) -> None:
    """A store that cannot be opened gives an error, and not an empty document."""
    stage.source.refuses = "the store is down"
    _breaks_off(stage, fetch(stage, records.fresh(2)))


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Streamed) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(whole: Streamed) -> None:
    """HEAD is answered without a body, and leaves no store open."""
    checks.answers_head_at_once(whole.stage, PATH)


@expert(needs=[test_streams])
def test_passes_proxies(whole: Streamed) -> None:
    """X-Accel-Buffering: no makes the first byte early behind nginx, too."""
    screen.passes_proxies(whole.client)


def _late(stage: Stage, client: Client) -> Late | None:
    """The first look at which the client is more than a batch behind, if there is one."""
    read = 0
    for look in LOOKS:
        stage.release(look - read)
        read = look
        if stage.until(lambda: client.over or records.so_far(client) >= read - BATCH):  # noqa: B023
            continue
        had, bytes_had = records.so_far(client), client.received
        stage.release(max(750 - read, 0))
        return Late(read, had, bytes_had, records.so_far(client))
    return None


def _lateness(late: Late) -> str:
    """How the records come that are late."""
    if late.later:
        return "batches"
    return "head-only" if late.bytes_had else "only-at-the-end"


def _breaks_off(stage: Stage, client: Client) -> None:
    """A failure is an error status, or a document that is over neither for HTTP nor for JSON."""
    checks.fails_visibly(stage, client)
    if (client.status or 0) < 500:
        records.is_no_document(client)
