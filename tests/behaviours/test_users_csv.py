"""What GET /export/users/csv has to do: a table's rows as a CSV attachment, batch by batch.

Sections are of RFC 4180. A cell may be defused: what a spreadsheet would take for a formula may
arrive with an apostrophe, or something else that is short, in front of it.
"""

from __future__ import annotations

import csv
import io
import secrets
import string
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

import pytest

from grader.judge import checks, exports
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.database_file import (
    UserRow,
    fresh_file,
    id_of,
    write_numbered_users,
    write_users,
)
from grader.judge.exports import Streamed, moment
from grader.judge.script import Rows
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/export/users/csv"
NOWHERE = Rows(length=0)
HEADER = ["id", "username", "email", "created_at", "status"]
PLAIN = ["Ada Lovelace", "José", "naïve café 🥨", "d'Arc", "semicolon; tab\tinside", "1 = 2"]
# What breaks whoever puts lines together by hand.
AWKWARD = [
    "comma, comma",
    'quote "inside"',
    '"quoted"',
    "some\nlines",
    "carriage\r\nreturn",
    'all, "of"\nit',
    "back\\slash, and a comma",
    "line\u2028separator\u0085and\x0bmore",
    "",
]
FORMULAS = ["=1+1", "+1-1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("//evil","a, b")']
DANGEROUS = tuple("=+-@\t\r")
HARMLESS = [f"{first} =1+1" for first in string.ascii_letters + string.digits]


@dataclass(slots=True)
class Export:
    """A response, and the users that it was made from."""

    stage: Stage
    client: Client
    users: list[UserRow]


def users(names: list[str]) -> list[UserRow]:
    """Fresh users: nobody can know their addresses and dates beforehand. One has no email."""
    return [
        UserRow(
            exports.id_with_gaps(number),
            name,
            None if number == 2 else f"{secrets.token_hex(4)}@example.com",
            f"2026-11-{secrets.randbelow(28) + 1:02} 09:00:{secrets.randbelow(60):02}.000000",
            secrets.choice(["active", "invited", "suspended"]),
        )
        for number, name in enumerate(names, 1)
    ]


def play_numbered(
    stage: Stage,
    count: int,
    *,
    padding: int = 0,
    released: float = float("inf"),
    fails_at: int | None = None,
) -> str:
    """Put `count` users into the database, of which the first `released` can be read.

    Returns their name, to which each user adds its number.
    """
    name = secrets.token_hex(4)
    write_numbered_users(fresh_file(stage), count, name=name, padding=padding, gaps=True)
    stage.play(Rows(length=count, fails_at=fails_at), released=released)
    return name


def begin(
    stage: Stage, given: list[UserRow], *, released: float = float("inf"), **script: Any
) -> Export:
    """Ask for an export of exactly these users, of which the first `released` can be read."""
    write_users(fresh_file(stage), given)
    stage.play(Rows(length=len(given), **script), released=released)
    return Export(stage, stage.get(PATH), given)


def export(stage: Stage, given: list[UserRow], **script: Any) -> Export:
    """Export exactly these users, to the end."""
    exported = begin(stage, given, **script)
    stage.until(lambda: exported.client.over)
    return exported


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Export]:
    """A complete export of users without a comma, a quote or a line break."""
    with answer.stage(NOWHERE) as stage:
        yield export(stage, users(PLAIN))


@pytest.fixture(scope="module")
def formulas(answer: Answer) -> Iterator[Export]:
    """A complete export of users some of whose names a spreadsheet takes for formulas."""
    with answer.stage(NOWHERE) as stage:
        yield export(stage, users([*FORMULAS, *HARMLESS]))


@pytest.fixture(scope="module")
def streamed(answer: Answer) -> Iterator[Streamed]:
    """An export of 2,000 users that stops after 1,100, and goes on.

    The count is a multiple of every usual batch and page, where their last one may go wrong.
    """
    with answer.stage(NOWHERE) as stage:
        name = play_numbered(stage, 2000, released=1100)
        yield exports.stream_in_two(stage, PATH, name=name, arrived=arrived)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many wide rows, and then leaves."""
    with answer.stage(NOWHERE) as stage:
        play_numbered(stage, 2600, padding=2048)
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: Export) -> None:
    """The response starts with status 200 and Content-Type text/csv."""
    checks.starts(whole.stage, whole.client, types=("text/csv",))


@essential(needs=[test_starts])
def test_is_an_attachment(whole: Export) -> None:
    """Content-Disposition makes it an attachment with a name that ends in .csv (RFC 6266)."""
    checks.is_attachment(whole.client, extensions=(".csv",))


@essential(needs=[test_starts])
def test_begins_with_the_header(whole: Export) -> None:
    """The first line names the columns: id,username,email,created_at,status."""
    checks.completes(whole.stage, whole.client)
    first = next(iter(_table(whole.client)), [])
    expect(first == HEADER, observed=f"{first}", expected=f"{HEADER}", sign="differs")


@essential(needs=[test_begins_with_the_header])
def test_sends_every_user_once(whole: Export) -> None:
    """Every user arrives once, in the order of the ids, with the values of the database."""
    _arrived_whole(whole)


@essential(needs=[test_sends_every_user_once])
def test_quotes_what_needs_it(stage: Stage) -> None:
    """Commas, quotes and line breaks arrive unharmed: such a field is quoted (2.6, 2.7)."""
    _arrived_whole(export(stage, users(AWKWARD)), sign="unquoted")


@essential(needs=[test_sends_every_user_once])
def test_formulas_arrive(formulas: Export) -> None:
    """A name such as =1+1 arrives as it is, or with an apostrophe in front; others as they are."""
    _arrived_whole(formulas)


@expert(needs=[test_formulas_arrive])
def test_formulas_are_defused(formulas: Export) -> None:
    """No cell begins with = + - @, a tab or a carriage return: no spreadsheet runs it (OWASP)."""
    names = [record[1] for record in _table(formulas.client)[1 : len(FORMULAS) + 1]]
    live = [name for name, given in zip(names, FORMULAS, strict=True) if name == given]
    expect(
        not live,
        observed=f"cells that are formulas: {live}",
        expected="something in front of them, such as an apostrophe: '=1+1",
        sign="formula",
    )


@essential(needs=[test_begins_with_the_header])
def test_an_empty_table_is_a_header(stage: Stage) -> None:
    """A table without users gives the header alone."""
    empty = export(stage, [])
    checks.completes(stage, empty.client)
    table = _table(empty.client)
    expect(table == [HEADER], observed=f"{table}", expected=f"{[HEADER]}", sign="differs")


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Export) -> None:
    """No row is read from the blocking session on the event loop's own thread."""
    whole.stage.until(lambda: whole.client.over)
    checks.never_blocks(whole.stage)


@essential(needs=[test_sends_every_user_once, test_loop_stays_free])
def test_sends_a_large_table_whole(streamed: Streamed) -> None:
    """Two thousand users arrive under one header: none is lost or doubled between two batches."""
    _has_numbered(streamed.stage, streamed.client, name=streamed.name, count=2000)


@essential(needs=[test_sends_every_user_once, test_loop_stays_free])
def test_reads_only_while_it_holds_the_connection(streamed: Streamed) -> None:
    """No row is read from a connection that is back in the pool, where others may take it."""
    exports.reads_before_it_lets_go(streamed.stage)


@essential(needs=[test_sends_every_user_once, test_loop_stays_free])
def test_streams(streamed: Streamed) -> None:
    """The first rows reach the client while later ones have not been read from the database.

    Batches of up to 1,000 rows are fine.
    """
    exports.begins_early(streamed)


@essential(needs=[test_streams])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one client waits for the database, another one is served, and both get every user.

    The first one has what usual batches hold, up to 500.
    """
    name = play_numbered(stage, 520, released=510)
    exports.serves_two(
        stage,
        PATH,
        arrived=arrived,
        whole=lambda client: _has_numbered(stage, client, name=name, count=520),
    )


@essential(needs=[test_streams])
def test_a_silence_is_not_the_end(stage: Stage) -> None:
    """After a minute's silence of the database the rest follows, or the body is cut off."""
    given = users(PLAIN)
    waiting = begin(stage, given, released=3)
    exports.outlasts_a_silence(stage, waiting.client, whole=lambda _: _arrived_whole(waiting))


@essential(needs=[test_sends_every_user_once])
def test_leaves_nothing_behind(whole: Export) -> None:
    """When all rows have been sent, the session is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@good(needs=[test_leaves_nothing_behind])
def test_raises_nothing(whole: Export) -> None:
    """A complete response leaves no traceback in the server's log."""
    checks.raises_nothing(whole.stage)


@essential(needs=[test_streams])
def test_a_stalled_client_stops_the_query(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of rows: nothing piles up.

    Two batches of 1,000 may be read: uvicorn holds a response up when the next chunk is there.
    """
    checks.stops_with_the_client(stalled, limit=2400)


@essential(needs=[test_streams])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent.

    Both times usual batches of up to 1,000 have just been sent, and the next one is empty.
    """
    play_numbered(fresh_stage, 5200, padding=1024, released=0)
    client = fresh_stage.get(PATH)
    checks.does_not_grow(fresh_stage, client, first=2000, then=3000, body=3000 * 1024)


@essential(needs=[test_a_stalled_client_stops_the_query])
def test_ends_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the query, and the session is closed."""
    checks.leaves_no_tasks(stalled.stage)
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")


@essential(needs=[test_streams])
def test_ends_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves in the middle ends the query, and the session is closed."""
    play_numbered(stage, 5000, released=1500)
    client = stage.get(PATH)
    before = stage.source.handed
    stage.abandon(client)
    stage.release_all()
    checks.takes_no_more(stage, allowed=2100, since=before)
    checks.leaves_no_tasks(stage)
    checks.lets_go_at_last(stage, when="after the client had left")


@expert(needs=[test_ends_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The session of a stalled client that leaves is closed at once, not at a collection.

    A synchronous generator cannot: Starlette stops iterating it, and its with block waits. A
    dependency with yield can hold the session instead.
    """
    checks.let_go_promptly(stalled)


@essential(needs=[test_sends_every_user_once])
def test_a_failing_query_cuts_the_file_off(stage: Stage) -> None:
    """A query that fails in the middle cuts the body off: half a table never looks complete."""
    failing = export(stage, users(PLAIN), fails_at=4)
    checks.fails_visibly(stage, failing.client)
    checks.lets_go(stage, when="after the query had failed")


@essential(needs=[test_a_failing_query_cuts_the_file_off])
def test_a_failed_query_is_not_begun_again(stage: Stage) -> None:
    """A query that fails once does not begin anew behind what was sent: no user arrives twice.

    Usual batches of up to 500 have been sent by then.
    """
    name = play_numbered(stage, 520, fails_at=510)
    stage.source.recovers = True
    exports.is_not_begun_again(
        stage,
        stage.get(PATH),
        whole=lambda client: _has_numbered(stage, client, name=name, count=520),
    )


@essential(needs=[test_sends_every_user_once])
def test_a_query_that_fails_at_once_is_not_empty(stage: Stage) -> None:
    """A query that fails at its first row gives an error, not a table without users."""
    failing = export(stage, users(PLAIN), fails_at=0)
    checks.fails_visibly(stage, failing.client)
    checks.lets_go(stage, when="after the query had failed")


@good(needs=[test_sends_every_user_once])
def test_ends_lines_with_crlf(whole: Export) -> None:
    """Lines end with CR LF, as RFC 4180 says (2.1)."""
    lines = whole.client.body.decode("utf-8-sig").replace("\r\n", "")
    expect(
        "\n" not in lines and "\r" not in lines,
        observed="lines that end with LF or CR alone",
        expected="CR LF at the end of every line",
    )


@good(needs=[test_sends_every_user_once])
def test_ends_the_last_line(whole: Export) -> None:
    """The last line has its line break too, so that files can be joined and lines counted."""
    expect(
        whole.client.body.endswith(b"\n"),
        observed=f"a body that ends with {whole.client.body[-20:]!r}",
        expected="a line break at the end",
    )


@good(needs=[test_starts])
def test_says_that_it_is_utf_8(whole: Export) -> None:
    """Content-Type says charset=utf-8, for whoever would guess another one for text."""
    expect(
        checks.charset(whole.client) in ("utf-8", "utf8"),
        observed=checks.shown(whole.client, "Content-Type"),
        expected="Content-Type: text/csv; charset=utf-8",
        sign="header",
    )


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Export) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body and without a row, and leaves no session open."""
    play_numbered(stage, 20, released=0)
    checks.answers_head_at_once(stage, PATH)


def arrived(client: Client) -> int:
    """How many users' lines are complete so far: the last one when the body is, at the latest."""
    text = client.body.decode("utf-8-sig", "replace")
    end = len(text) if client.complete else text.rfind("\n") + 1
    records = csv.reader(io.StringIO(text[:end], newline=""))
    return sum(len(record) == len(HEADER) and record != HEADER for record in records)


def _table(client: Client) -> list[list[str]]:
    """The records of the body, the header included. Blank lines at the end are none."""
    try:
        text = client.body.decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        checks.fail(
            observed=f"not CSV in UTF-8: {error}, in {client.body[:300]!r}",
            expected="CSV in UTF-8",
            sign="differs",
        )
    while records and not records[-1]:
        records.pop()
    return records


def _has_numbered(stage: Stage, client: Client, *, name: str, count: int) -> None:
    """All users of a table that `play_numbered` has made have arrived."""
    checks.completes(stage, client)
    came = [tuple(record[:2]) for record in _table(client)[1:]]
    exports.has_all(came, [(str(id_of(n)), f"{name} {n}") for n in range(1, count + 1)])


def _arrived_whole(exported: Export, *, sign: str = "differs") -> None:
    """All users have arrived, with their values. `sign` is what it means if one has not."""
    checks.completes(exported.stage, exported.client)
    records = _table(exported.client)[1:]
    for number, (record, user) in enumerate(zip(records, exported.users, strict=False), 2):
        expect(
            len(record) == len(HEADER),
            observed=f"{len(record)} columns in record {number}: {record}",
            expected=f"{len(HEADER)} columns: {_cells(user)}",
            sign=sign,
        )
        expect(_same(record, user), observed=f"{record}", expected=f"{_cells(user)}", sign=sign)
    expect(
        len(records) == len(exported.users),
        observed=f"{len(records)} records after the header",
        expected=f"{len(exported.users)} records",
        sign=sign,
    )


def _cells(user: UserRow) -> list[str]:
    return ["" if value is None else str(value) for value in astuple(user)]


def _same(record: list[str], user: UserRow) -> bool:
    """Whether a record has the values of a user."""
    number, name, email, created, status = _cells(user)
    return (
        record[0] == number
        and (record[1] == name or _defused(record[1], name))
        and [record[2], record[4]] == [email, status]
        and moment(record[3]) == moment(created)
    )


def _defused(cell: str, value: str) -> bool:
    """Whether a cell is a formula with one or two characters in front that make it text."""
    return (
        value.startswith(DANGEROUS)
        and cell.endswith(value)
        and 0 < len(cell) - len(value) <= 2
        and not cell.startswith(("=", "+", "-", "@"))
    )
