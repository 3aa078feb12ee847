"""What GET /stream/database-results has to do: a table's rows as one JSON array, row by row."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from grader.judge import checks, exports, json_body
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.database_file import Row, fresh_file, id_of, write_numbered, write_rows
from grader.judge.exports import Streamed, moment
from grader.judge.json_body import objects_so_far
from grader.judge.script import Rows
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/stream/database-results"
NOWHERE = Rows(length=0)
# Notes that break whoever puts JSON together by hand.
AWKWARD = [
    'quote " and backslash \\',
    "two\nlines and a\ttab",
    "],[",
    '{"not": "an object"}',
    "line\u2028separator",
    "naïve café 🥨",
    "control \x01 character",
    "",
    None,
]


@dataclass(slots=True)
class Export:
    """A response, and the rows that it was made from."""

    stage: Stage
    client: Client
    rows: list[Row]


def rows(notes: list[str | None]) -> list[Row]:
    """Fresh rows: nobody can know their names beforehand."""
    return [
        Row(
            exports.id_with_gaps(number),
            f"Result {number} {secrets.token_hex(4)}",
            "it's",
            secrets.randbelow(10**6) / 100,
            note,
            f"2026-11-22 09:00:{number:02}.000000",
        )
        for number, note in enumerate(notes, 1)
    ]


def play_rows(stage: Stage, given: list[Row], **script: Any) -> None:
    """Put exactly these rows into the database."""
    write_rows(fresh_file(stage), given)
    stage.play(Rows(length=len(given), **script))


def play_numbered(
    stage: Stage,
    count: int,
    *,
    padding: int = 0,
    released: float = float("inf"),
    fails_at: int | None = None,
) -> str:
    """Put `count` rows into the database, of which the first `released` can be read.

    Returns their name, to which each row adds its number.
    """
    name = secrets.token_hex(4)
    write_numbered(fresh_file(stage), count, name=name, padding=padding, gaps=True)
    stage.play(Rows(length=count, fails_at=fails_at), released=released)
    return name


def export(stage: Stage, given: list[Row], **script: Any) -> Export:
    """Export exactly these rows."""
    play_rows(stage, given, **script)
    client = stage.get(PATH)
    stage.until(lambda: client.over)
    return Export(stage, client, given)


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Export]:
    """A complete export of awkward rows."""
    with answer.stage(NOWHERE) as stage:
        yield export(stage, rows(AWKWARD))


@pytest.fixture(scope="module")
def streamed(answer: Answer) -> Iterator[Streamed]:
    """An export of 2,000 rows that stops after 1,100, and goes on.

    The count is a multiple of every usual batch and page, where their last one may go wrong.
    """
    with answer.stage(NOWHERE) as stage:
        name = play_numbered(stage, 2000, released=1100)
        yield exports.stream_in_two(stage, PATH, name=name, arrived=objects_so_far)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many wide rows, and then leaves."""
    with answer.stage(NOWHERE) as stage:
        play_numbered(stage, 1600, padding=4096)
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Export) -> None:
    """The response starts with status 200 and Content-Type application/json."""
    checks.starts(whole.stage, whole.client, types=("application/json",))


@essential(needs=[test_starts])
def test_is_one_json_array(whole: Export) -> None:
    """The body is one valid JSON array of objects, whatever characters the rows hold (RFC 8259)."""
    checks.completes(whole.stage, whole.client)
    array = _array(whole.client.body)
    expect(
        all(isinstance(item, dict) for item in array),
        observed=f"an array of {', '.join(sorted({type(item).__name__ for item in array}))}",
        expected="an array of objects, with the columns' names as keys",
        sign="encoded-twice" if any(isinstance(item, str) for item in array) else "shape",
    )


@essential(needs=[test_is_one_json_array])
def test_sends_every_row_once(whole: Export) -> None:
    """Every row arrives once, in the order of its id, with the values of the database."""
    array = _array(whole.client.body)
    numbers = [item.get("id") for item in array]
    expect(
        numbers == [row.id for row in whole.rows],
        observed=f"rows with the ids {numbers}",
        expected=f"rows with the ids {[row.id for row in whole.rows]}",
        sign="differs",
    )
    for item, row in zip(array, whole.rows, strict=True):
        given = asdict(row)
        expect(
            _same(item, given),
            observed=json.dumps(item, ensure_ascii=False),
            expected=json.dumps(given, ensure_ascii=False),
            sign="repr" if _holds_a_repr(item, given) else "differs",
        )


@essential(needs=[test_is_one_json_array])
def test_an_empty_table_is_an_empty_array(stage: Stage) -> None:
    """A table without rows gives [], which is valid JSON too."""
    empty = export(stage, [])
    checks.completes(stage, empty.client)
    array = _array(empty.client.body)
    expect(array == [], observed=json.dumps(array), expected="[]", sign="not-json")


@essential(needs=[test_is_one_json_array])
def test_one_row_is_an_array_of_one(stage: Stage) -> None:
    """A table of one row gives an array of one object, without a comma."""
    one = export(stage, rows([None]))
    checks.completes(stage, one.client)
    array = _array(one.client.body)
    expect(
        len(array) == 1,
        observed=f"an array of {len(array)}",
        expected="an array of one object",
        sign="differs",
    )


@essential(needs=[test_is_one_json_array])
def test_loop_stays_free(whole: Export) -> None:
    """Nothing blocks the event loop while rows are read and sent."""
    checks.never_blocks(whole.stage)


@essential(needs=[test_sends_every_row_once])
def test_sends_a_large_table_whole(streamed: Streamed) -> None:
    """Two thousand rows are one valid array too: none is lost or doubled between two batches."""
    _has_numbered(streamed.stage, streamed.client, name=streamed.name, count=2000)


@essential(needs=[test_sends_every_row_once])
def test_reads_only_while_it_holds_the_connection(streamed: Streamed) -> None:
    """No row is read from a connection that is back in the pool, where others may take it."""
    exports.reads_before_it_lets_go(streamed.stage)


@essential(needs=[test_sends_every_row_once])
def test_streams(streamed: Streamed) -> None:
    """The first rows reach the client while later ones have not been read from the database.

    Batches are fine, up to the thousand rows that SQLAlchemy's own buffer grows to.
    """
    exports.begins_early(streamed)


@essential(needs=[test_sends_every_row_once])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one client waits for the database, another one is served, and both get every row.

    The first one has what usual batches hold, up to 100.
    """
    name = play_numbered(stage, 120, released=110)
    exports.serves_two(
        stage,
        PATH,
        arrived=objects_so_far,
        whole=lambda client: _has_numbered(stage, client, name=name, count=120),
    )


@essential(needs=[test_streams])
def test_a_silence_is_not_the_end(stage: Stage) -> None:
    """After a minute's silence of the database the rest follows, or the body is cut off."""
    name = play_numbered(stage, 20, released=10)
    exports.outlasts_a_silence(
        stage,
        stage.get(PATH),
        whole=lambda client: _has_numbered(stage, client, name=name, count=20),
    )


@essential(needs=[test_sends_every_row_once])
def test_leaves_nothing_behind(whole: Export) -> None:
    """When all rows have been sent, the connection is given back and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_streams])
def test_a_stalled_client_stops_the_query(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of rows: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=1400)


@essential(needs=[test_streams])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent.

    The first 1,700 rows bring SQLAlchemy's own buffer, and any batch of up to 1,000, to full size.
    """
    play_numbered(fresh_stage, 2600, padding=4096, released=0)
    client = fresh_stage.get(PATH)
    checks.does_not_grow(fresh_stage, client, first=1700, then=700, body=700 * 4096)


@essential(needs=[test_streams])
def test_gives_the_connection_back_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves in the middle ends the query, and the connection is given back."""
    play_numbered(stage, 5000, released=1500)
    client = stage.get(PATH)
    before = stage.source.handed
    stage.abandon(client)
    stage.release_all()
    checks.takes_no_more(stage, allowed=2100, since=before)
    checks.leaves_no_tasks(stage)
    checks.lets_go(stage, when="after the client had left")


@essential(needs=[test_a_stalled_client_stops_the_query])
def test_gives_the_connection_back_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the query, and frees the connection."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@expert(needs=[test_gives_the_connection_back_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The connection of a stalled client that leaves is given back at once, not at a collection."""
    checks.let_go_promptly(stalled)


@essential(needs=[test_sends_every_row_once])
def test_a_failing_query_cuts_the_array_off(stage: Stage) -> None:
    """A query that fails in the middle cuts the body off: half an array never looks complete.

    Not in a file either, where nobody sees any more how the connection ended.
    """
    failing = export(stage, rows(AWKWARD), fails_at=5)
    checks.fails_visibly(stage, failing.client)
    _is_left_unclosed(failing.client)
    checks.lets_go(stage, when="after the query had failed")


@essential(needs=[test_a_failing_query_cuts_the_array_off])
def test_a_failed_query_is_not_begun_again(stage: Stage) -> None:
    """A query that fails once does not begin anew behind what was sent: no row arrives twice.

    Usual batches of up to 100 have been sent by then.
    """
    name = play_numbered(stage, 120, fails_at=110)
    stage.source.recovers = True
    exports.is_not_begun_again(
        stage,
        stage.get(PATH),
        whole=lambda client: _has_numbered(stage, client, name=name, count=120),
    )


@essential(needs=[test_sends_every_row_once])
def test_a_query_that_fails_at_once_is_not_empty(stage: Stage) -> None:
    """A query that fails at its first row gives an error, not an empty array."""
    failing = export(stage, rows(AWKWARD), fails_at=0)
    checks.fails_visibly(stage, failing.client)
    _is_left_unclosed(failing.client)
    checks.lets_go(stage, when="after the query had failed")


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Export) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(whole: Export) -> None:
    """HEAD is answered without a body, and leaves no connection behind."""
    checks.answers_head_at_once(whole.stage, PATH)


def _has_numbered(stage: Stage, client: Client, *, name: str, count: int) -> None:
    """All rows of a table that `play_numbered` has made have arrived."""
    checks.completes(stage, client)
    came = [(item.get("id"), item.get("name")) for item in _array(client.body)]
    exports.has_all(came, [(id_of(n), f"{name} {n}") for n in range(1, count + 1)])


def _is_left_unclosed(client: Client) -> None:
    """What came of a failed response with status 200 is no array of rows, and of nothing else."""
    try:
        array = json.loads(client.body)
    except (ValueError, RecursionError):
        return
    only_rows = isinstance(array, list) and all(
        isinstance(item, dict) and "id" in item for item in array
    )
    expect(
        client.status != 200 or not only_rows,
        observed=f"the source failed, and what was sent is a valid array, of length {len(array)}",
        expected="an array without its closing bracket",
        sign="false-end",
    )


def _array(body: bytes) -> list[Any]:
    return json_body.document(body, list, expected="one JSON array")


def _same(item: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether an object has the values of a row. Other fields may stand beside them."""
    values = {key: item.get(key) for key in given}
    return moment(values.pop("created_at")) == moment(given["created_at"]) and all(
        key in item and item[key] == given[key] for key in values
    )


def _holds_a_repr(item: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether a value that differs is how Python shows one: None, or datetime.datetime(...)."""
    differing = [value for key, value in item.items() if value != given.get(key)]
    return any(str(value).startswith(("None", "datetime.")) for value in differing if value)
