"""What GET /demo/comparison/buffered has to do: one whole document, and an honest status.

It is the one exercise in which streaming is wrong. Sections are of RFC 9110 (HTTP semantics).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.judge import checks, records
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.records import Record
from grader.judge.script import Lists
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/demo/comparison/buffered"
NOWHERE = Lists(values=[], unit="record")


@dataclass(slots=True)
class Fetched:
    """A response, and the records that it was made from."""

    stage: Stage
    client: Client
    given: list[Record]


def fetch(stage: Stage, given: list[Record], *, fails_at: int | None = None) -> Client:
    """Ask for the document of exactly these records."""
    records.play(stage, given, fails_at=fails_at)
    client = stage.get(PATH)
    records.wait_for_the_end(stage, client)
    return client


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Fetched]:
    """A complete response of awkward records."""
    with answer.stage(NOWHERE) as stage:
        given = records.awkward()
        yield Fetched(stage, fetch(stage, given), given)


@essential()
def test_starts(whole: Fetched) -> None:
    """The response has status 200 and Content-Type application/json."""
    checks.starts(whole.stage, whole.client, types=("application/json",))


@essential(needs=[test_starts])
def test_is_the_document(whole: Fetched) -> None:
    """The body is one valid JSON object, {"records": [...]}, whatever characters the data hold."""
    checks.completes(whole.stage, whole.client)
    records.document(whole.client)


@essential(needs=[test_is_the_document])
def test_sends_every_record_once(whole: Fetched) -> None:
    """Every record arrives once, in the order of its id, with the values of the store."""
    records.are_all_there(whole.client, whole.given)


@essential(needs=[test_starts])
def test_waits_for_the_last_record(stage: Stage) -> None:
    """Nothing of the response leaves before the last record has been read, not even its status.

    As long as nothing has left, a failure can still be answered with an error status.
    """
    given = records.fresh(40)
    records.play(stage, given, released=0)
    client = stage.get(PATH)
    for _ in range(39):
        stage.release()
        expect(
            client.status is None,
            observed=f"{stage.source.handed} of 40 records could be read, and the client had "
            f"status {client.status} and {client.received} bytes of body",
            expected="nothing at the client before the last record was read",
            sign="early",
        )
    stage.release()
    checks.completes(stage, client)


@essential(needs=[test_is_the_document, test_waits_for_the_last_record])
def test_says_how_long_it_is(whole: Fetched) -> None:
    """Content-Length says how many bytes the body has, so that a client can check it (8.6)."""
    checks.says_how_long_it_is(whole.client)


@essential(needs=[test_is_the_document])
def test_an_empty_store_is_an_empty_list(stage: Stage) -> None:
    """A store without records gives {"records": []}: nothing found is an answer, and no error."""
    client = fetch(stage, [])
    expect(
        client.status == 200,
        observed=f"status {client.status}: {client.body.decode('utf-8', 'replace')[:400]}",
        expected='status 200 and {"records": []}',
        sign="empty-refused",
    )
    found = records.document(client)
    expect(not found, observed=f"{len(found)} records", expected="none", sign="differs")


@essential(needs=[test_sends_every_record_once])
def test_sends_a_thousand_records_whole(stage: Stage) -> None:
    """More than a thousand records are one document too: there is no page and no limit."""
    given = records.fresh(1100)
    client = fetch(stage, given)
    checks.completes(stage, client)
    records.are_all_there(client, given)


@essential(needs=[test_is_the_document])
def test_loop_stays_free(whole: Fetched) -> None:
    """Nothing blocks the event loop while records are collected."""
    checks.never_blocks(whole.stage)


@essential(needs=[test_sends_every_record_once])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one client waits for the store, another one is served."""
    records.serves_another(stage, PATH)


@essential(needs=[test_sends_every_record_once])
def test_waits_for_a_slow_store(stage: Stage) -> None:
    """A store that takes two seconds is waited for: it is slow, and has not failed."""
    records.waits_for_a_slow_store(stage, PATH)


@essential(needs=[test_sends_every_record_once])
def test_reads_the_store_for_each_request(stage: Stage) -> None:
    """A second request is given what the store holds by then, and nothing of the first one."""
    fetch(stage, records.fresh(3))
    given = records.fresh(4)
    client = fetch(stage, given)
    checks.completes(stage, client)
    came = [item.get("data") for item in records.document(client)]
    expect(
        came == [value["data"] for value in given],
        observed=f"the second request got the data {came}",
        expected=f"{[value['data'] for value in given]}",
        sign="kept",
    )


@essential(needs=[test_serves_others_meanwhile, test_reads_the_store_for_each_request])
def test_keeps_requests_apart(stage: Stage) -> None:
    """Two clients at the same time get a document each, with nothing of the other one's."""
    records.keeps_requests_apart(stage, PATH)


@essential(needs=[test_sends_every_record_once])
def test_leaves_nothing_behind(whole: Fetched) -> None:
    """When the document has been sent, the store is closed and no task is left."""
    _closes(whole.stage, when="after the response was complete")


@essential(needs=[test_sends_every_record_once])
def test_a_failing_store_is_an_error_status(stage: Stage) -> None:
    """A store that fails half-way gives a status of 5xx, and no 200 with a part of the records."""
    _is_an_error(fetch(stage, records.fresh(8), fails_at=5))


@essential(needs=[test_a_failing_store_is_an_error_status])
def test_an_error_holds_no_records(stage: Stage) -> None:
    """The answer to a failure holds no part of the document, whatever its status says."""
    given = records.fresh(8)
    records.holds_none(fetch(stage, given, fails_at=5), given)


@essential(needs=[test_a_failing_store_is_an_error_status])
def test_a_second_attempt_sends_no_record_twice(stage: Stage) -> None:
    """Where a store that failed is read once more, each record is still sent once."""
    stage.source.recovers = True
    given = records.fresh(8)
    records.sends_none_twice(stage, fetch(stage, given, fails_at=5), given)


@essential(needs=[test_a_failing_store_is_an_error_status])
def test_a_store_that_is_down_is_not_empty(stage: Stage) -> None:
    """A store that cannot be opened gives a status of 5xx, and not an empty list."""
    stage.source.refuses = "the store is down"
    _is_an_error(fetch(stage, records.fresh(2)))


@essential(needs=[test_leaves_nothing_behind, test_a_failing_store_is_an_error_status])
def test_gives_the_store_back_when_a_read_fails(stage: Stage) -> None:
    """When a read fails, the store is closed all the same."""
    fetch(stage, records.fresh(8), fails_at=5)
    _closes(stage, when="after the store had failed")


@essential(needs=[test_leaves_nothing_behind])
def test_gives_the_store_back_when_the_client_leaves(stage: Stage) -> None:
    """When the client leaves, the store is closed, at the latest with its last record.

    FastAPI does not cancel an endpoint that has yet to return, so it may well read on.
    """
    records.play(stage, records.fresh(20), released=5)
    stage.hang_up(stage.get(PATH))
    stage.release_all()
    stage.until(lambda: not stage.tasks_left())  # an endpoint may look only now and then
    _closes(stage, when="after the client had left and all records could be read")


@good(needs=[test_a_failing_store_is_an_error_status])
def test_keeps_the_error_to_itself(stage: Stage) -> None:
    """The answer to a failure does not quote the store's own error, which belongs in the log."""
    client = fetch(stage, records.fresh(8), fails_at=5)
    body = client.body.decode("utf-8", "replace")
    expect(
        "record 6" not in body,
        observed=f"status {client.status}: {body[:400]}",
        expected="a sentence that does not depend on the store's",
        sign="leaks",
    )


@expert(needs=[test_a_failing_store_is_an_error_status])
def test_says_whose_fault_it_is(stage: Stage) -> None:
    """A failing store is a status of its own, such as 503, and not 500, which is a bug (15.6)."""
    client = fetch(stage, records.fresh(8), fails_at=5)
    expect(
        client.status in (502, 503, 504),
        observed=f"status {client.status}",
        expected="status 502, 503 or 504",
        sign="status",
    )


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Fetched) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(whole: Fetched) -> None:
    """HEAD is answered without a body, and leaves no store open."""
    checks.answers_head_at_once(whole.stage, PATH)


def _is_an_error(client: Client) -> None:
    head = "no response" if client.status is None else f"status {client.status}"
    expect(
        client.complete and 500 <= (client.status or 0) <= 599,
        observed=f"{head}, {client.received} bytes of body"
        + ("" if client.complete else ", and no end of it"),
        expected="a complete answer with a status of 5xx",
        sign="false-end" if client.complete else "unended",
    )


def _closes(stage: Stage, *, when: str) -> None:
    """The store is closed. To open it before the response is no mistake in this exercise."""
    checks.lets_go(stage, when=when, left_open="never-closed")
    checks.leaves_no_tasks(stage)
