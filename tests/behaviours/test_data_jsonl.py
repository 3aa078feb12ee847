"""What GET /export/data/jsonl has to do: an archive's records as JSON Lines, as they are read.

JSON Lines (jsonlines.org) and NDJSON: each line is one JSON document (RFC 8259), and a line feed
ends it. A line separator such as U+2028 is a character like any other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from grader.judge import checks, exports
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.exports import moment
from grader.judge.script import Items
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/export/data/jsonl"
NOTHING = Items(values=[], unit="record")
# None of them is registered, and all of them are in use.
TYPES = tuple(
    f"application/{x}{name}" for name in ("ndjson", "jsonl", "jsonlines") for x in ("x-", "")
)
# Notes that break whoever puts lines together by hand.
AWKWARD = [
    "plain",
    "two\nlines",
    "carriage\r\nreturn",
    'quote " and backslash \\',
    '\n{"id": 0}\n',
    "line\u2028separator\u0085and\x0bmore",
    "naïve café 🥨",
    "it's",
    "",
    None,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A response, and the records that it was made from."""

    stage: Stage
    client: Client
    given: list[dict[str, Any]]

    def lines(self) -> list[bytes]:
        """The lines of the body, without their ends. What follows the last one is a line too."""
        return [line.removesuffix(b"\r") for line in self.client.body.split(b"\n")]

    def documents(self) -> list[Any]:
        """The JSON documents of the lines, blank ones left out."""
        return [_document(line, self.client.body) for line in self.lines() if line.strip()]

    def arrived(self) -> int:
        """How many records the client has: objects, complete on their lines."""
        return sum(isinstance(_json_of(line), dict) for line in self.lines())


def records(notes: list[str | None]) -> list[dict[str, Any]]:
    """Fresh records: nobody can know their amounts and dates beforehand."""
    return [
        {
            "id": exports.id_with_gaps(number),
            "category": secrets.token_hex(4),
            "amount": (secrets.randbelow(2 * 10**6) - 10**6) / 100,
            "note": note,
            "created_at": f"2026-11-22T09:{secrets.randbelow(60):02}:{number % 60:02}+00:00",
        }
        for number, note in enumerate(notes, 1)
    ]


def export(
    stage: Stage, given: list[dict[str, Any]], *, released: float = float("inf"), **script: Any
) -> Export:
    """Ask for an export of `given`, of which the first `released` can be read."""
    stage.play(Items(values=given, unit="record", **script), released=released)
    return Export(stage=stage, client=stage.get(PATH), given=given)


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Export]:
    """A complete export of awkward records, all of them there at once."""
    with answer.stage(NOTHING) as stage:
        exported = export(stage, records(AWKWARD))
        stage.until(lambda: exported.client.over)
        yield exported


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large records, and then leaves."""
    (record,) = records(["x" * 16_384])
    many = [record | {"id": number} for number in range(1, 1201)]
    with answer.stage(Items(values=many, unit="record")) as stage:
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Export) -> None:
    """The response starts with status 200 and a Content-Type for JSON Lines."""
    checks.starts(whole.stage, whole.client, types=TYPES)


@good(needs=[test_starts])
def test_is_an_attachment(whole: Export) -> None:
    """Content-Disposition makes it an attachment with a name for JSON Lines (RFC 6266)."""
    checks.is_attachment(whole.client, extensions=(".jsonl", ".ndjson"))


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Export) -> None:
    """Nothing blocks the event loop while records are read and sent."""
    whole.stage.until(lambda: whole.client.over)
    checks.never_blocks(whole.stage)


@essential(needs=[test_starts])
def test_each_line_is_a_json_object(whole: Export) -> None:
    """Each line is one JSON object, whatever characters the record holds; lines end with LF."""
    checks.completes(whole.stage, whole.client)
    for document in whole.documents():
        expect(
            isinstance(document, dict),
            observed=f"a line with a JSON {type(document).__name__}: {document!r:.300}",
            expected="an object on each line, and nothing around them",
            sign="encoded-twice" if isinstance(document, str) else "lines",
        )


@essential(needs=[test_each_line_is_a_json_object])
def test_sends_every_record_once(whole: Export) -> None:
    """Every record arrives once, in the order of the ids, with its values."""
    documents = whole.documents()
    unread = "differs" if whole.stage.source.handed else "empty"
    expect(bool(documents), observed="no line", expected=f"{len(whole.given)} lines", sign=unread)
    _has_all(whole)
    for document, record in zip(documents, whole.given, strict=True):
        expect(
            _same(document, record),
            observed=json.dumps(document, ensure_ascii=False),
            expected=json.dumps(record, ensure_ascii=False),
            sign="differs",
        )


@good(needs=[test_sends_every_record_once])
def test_dates_have_an_offset(whole: Export) -> None:
    """created_at says its offset from UTC, so that nobody has to guess it."""
    given = whole.documents()[0]["created_at"]
    expect(
        given.endswith(("+00:00", "Z", "z")),
        observed=f"created_at: {given}",
        expected="an offset, or Z",
    )


@good(needs=[test_sends_every_record_once])
def test_ends_the_last_line(whole: Export) -> None:
    """The last line has its line feed too, so that a reader knows it to be whole."""
    expect(
        whole.client.body.endswith(b"\n"),
        observed=f"a body that ends with {whole.client.body[-20:]!r}",
        expected="a line feed at the end",
    )


@good(needs=[test_sends_every_record_once])
def test_has_no_blank_lines(whole: Export) -> None:
    """No line is blank: a strict reader takes a blank line for a broken document."""
    blank = [number for number, line in enumerate(whole.lines()[:-1], 1) if not line.strip()]
    expect(not blank, observed=f"blank: lines {blank}", expected="a document on every line")


@essential(needs=[test_each_line_is_a_json_object])
def test_an_empty_archive_is_an_empty_body(stage: Stage) -> None:
    """An archive without records gives a body without lines."""
    empty = export(stage, [])
    checks.completes(stage, empty.client)
    body = empty.client.body
    expect(not body.strip(), observed=f"{body!r:.300}", expected="no line", sign="differs")


@essential(needs=[test_sends_every_record_once])
def test_nobody_waits_for_a_batch(stage: Stage) -> None:
    """When the archive pauses, what was read reaches the client: at once, or within a second.

    Records may be gathered, as long as a clock sends them too: the first ones and later ones.
    """
    held = export(stage, records(["x"] * 240), released=0)
    checks.in_lockstep(stage, held.client, arrived=held.arrived, items=3)
    stage.release(21)
    checks.in_lockstep(stage, held.client, arrived=held.arrived, items=2, after=24)


@essential(needs=[test_nobody_waits_for_a_batch])
def test_sends_a_large_archive_whole(stage: Stage) -> None:
    """Two hundred records arrive too: none is lost or doubled between two batches."""
    large = export(stage, records(["x"] * 200))
    checks.completes(stage, large.client)
    _has_all(large)


@essential(needs=[test_nobody_waits_for_a_batch])
def test_a_silence_is_not_the_end(stage: Stage) -> None:
    """After a minute's silence of the archive the rest follows, or the body is cut off."""
    silent = export(stage, records(["x"] * 6), released=3)
    exports.outlasts_a_silence(stage, silent.client, whole=lambda _: _has_all(silent))


@essential(needs=[test_nobody_waits_for_a_batch])
def test_serves_two_clients(stage: Stage) -> None:
    """Two clients each get every record, and neither waits for the other."""
    given = records(["x"] * 4)
    stage.play(Items(values=given, unit="record"), released=0)
    checks.serves_two(
        stage,
        lambda: Export(stage=stage, client=stage.get(PATH), given=given),
        item="record",
    )


@essential(needs=[test_sends_every_record_once])
def test_leaves_nothing_behind(whole: Export) -> None:
    """When all records have been sent, the scan is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_ends_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves while the archive pauses ends the scan at once."""
    left = export(stage, records(["x"] * 4), released=1)
    stage.hang_up(left.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_nobody_waits_for_a_batch])
def test_a_stalled_client_stops_the_scan(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the archive: nothing piles up.

    A read-ahead that is bounded, of up to 1,000 records, is fine.
    """
    checks.stops_with_the_client(stalled, limit=1100)


@essential(needs=[test_nobody_waits_for_a_batch])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent."""
    exported = export(fresh_stage, records(["x" * 65_536] * 60), released=0)
    checks.does_not_grow(
        fresh_stage,
        exported.client,
        first=16,
        then=32,
        body=32 * 65_536,
        arrived=exported.arrived,
    )


@essential(needs=[test_a_stalled_client_stops_the_scan])
def test_ends_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the scan."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@expert(needs=[test_ends_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The scan of a stalled client that leaves is closed at once, not at a garbage collection."""
    checks.let_go_promptly(stalled)


@essential(needs=[test_leaves_nothing_behind])
def test_a_failing_archive_cuts_the_body_off(stage: Stage) -> None:
    """An archive that fails in the middle cuts the body off: half of it never looks complete."""
    failing = export(stage, records(["x"] * 6), fails_at=4)
    checks.fails_visibly(stage, failing.client)
    checks.lets_go_at_last(stage, when="after the archive had failed")


@essential(needs=[test_a_failing_archive_cuts_the_body_off])
def test_a_failed_scan_is_not_begun_again(stage: Stage) -> None:
    """A scan that fails once does not begin anew behind what was sent: no record arrives twice."""
    stage.source.recovers = True
    failing = export(stage, records(["x"] * 6), fails_at=4)
    exports.is_not_begun_again(stage, failing.client, whole=lambda _: _has_all(failing))


@essential(needs=[test_leaves_nothing_behind])
def test_an_archive_that_is_down_is_not_empty(stage: Stage) -> None:
    """An archive that refuses to be read gives an error, not an empty body."""
    stage.source.refuses = "the archive is down for maintenance"
    refused = export(stage, records(["x"]))
    checks.fails_visibly(stage, refused.client)


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Export) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves no scan behind."""
    stage.play(Items(values=records(["x"]), unit="record", silent=True))
    checks.answers_head_at_once(stage, PATH)


def _has_all(exported: Export) -> None:
    """All records have arrived, by their ids."""
    came = [document.get("id") for document in exported.documents()]
    exports.has_all(came, [record["id"] for record in exported.given], unit="record")


def _document(line: bytes, body: bytes) -> Any:
    """The JSON document of a line. Raises `Unmet` if it is none."""
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        checks.fail(
            observed=f"not a JSON document ({error}): {line[:300]!r}",
            expected="one JSON document in UTF-8, as RFC 8259 has it",
            sign=_broken_sign(line, body),
        )


def _json_of(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _broken_sign(line: bytes, body: bytes) -> str:
    """How it looks that a line is not JSON: the body may be JSON that is not cut into lines."""
    if b"{'" in line:
        return "repr"
    text = body.decode("utf-8", "replace").strip()
    try:
        while text:
            _, end = json.JSONDecoder().raw_decode(text)
            text = text[end:].lstrip(" \r\n\t,\x1e")
    except ValueError:
        return "not-json"
    return "lines"


def _same(document: dict[str, Any], record: dict[str, Any]) -> bool:
    """Whether a document has the values of a record. Other fields may stand beside them."""
    values = {key: document.get(key) for key in record}
    return moment(values.pop("created_at")) == moment(record["created_at"]) and all(
        key in document and document[key] == record[key] for key in values
    )
