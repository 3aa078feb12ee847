"""What a client of GET /export/users/csv has to do: rows out of a stream of CSV.

The judge is the server. Sections are of RFC 4180 (CSV) and RFC 9112 (HTTP/1.1).
"""

from __future__ import annotations

import csv
import io
import re
import secrets
import zlib

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.server import Raised, Server
from grader.judge.visit import Request, chunk

PATH = "/export/users/csv"
TYPE = "text/csv; charset=utf-8"  # as Starlette says it
COLUMNS = ("id", "username", "email", "created_at", "status")
Rows = list[dict[str, str]]
AWKWARD = [
    'Smith, "Bob"',
    "line\nbreak",
    'both\r\nof them, "quoted"\r\n',
    '"',
    '""\n""',
    "",
    " spaces ",
    "a\rb",
    "naïve café 🥨",
    "tab\there",
]


def row(username: str = "ada", **more: str) -> dict[str, str]:
    """A fresh user: nobody can know its id beforehand."""
    number = str(secrets.randbelow(10**9))
    return {
        "id": number,
        "username": username,
        "email": f"user{number}@example.com",
        "created_at": "2026-01-01T09:00:00",
        "status": secrets.choice(["active", "invited", "suspended"]),
        **more,
    }


def rows(count: int) -> Rows:
    return [row() for _ in range(count)]


def written(given: Rows, *, columns: tuple[str, ...] = COLUMNS, end: str = "\r\n") -> bytes:
    """The whole export."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator=end)
    writer.writeheader()
    writer.writerows(given)
    return file.getvalue().encode()


def begin(server: Server) -> Request:
    """Have the export imported, and answer with the head of a stream."""
    return clients.begin(server, PATH, content_type=TYPE)


def answer(server: Server, request: Request) -> None:
    """Send a whole export, which the client has to take for what it is."""
    given = rows(2)
    server.begin(request, content_type=TYPE)
    server.send(request, written(given))
    ends_with(server, request, given=given)


def yields(server: Server, body: bytes, *, given: Rows, sign: str = "differs") -> None:
    """An export of `body` gives these rows, and then the generator ends."""
    request = begin(server)
    server.send(request, body)
    ends_with(server, request, given=given, sign=sign)


def ends_with(server: Server, request: Request, *, given: Rows, sign: str = "differs") -> None:
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="row", sign=sign)


@essential()
def test_asks_for_the_export(server: Server) -> None:
    """It sends one GET request for the export."""
    request = clients.call(server, PATH)
    expect(
        request.method == "GET",
        observed=f"{request.method} {request.target}",
        expected=f"GET {PATH}",
        sign="request",
    )


@essential(needs=[test_asks_for_the_export])
def test_yields_rows(server: Server) -> None:
    """Each record is yielded as a dictionary, by the names in the header."""
    given = rows(3)
    yields(server, written(given), given=given)


@essential(needs=[test_yields_rows])
def test_yields_at_once(server: Server) -> None:
    """A row is yielded as soon as its record is complete, before the next one is sent."""
    request = begin(server)
    header, *records = written(rows(4)).splitlines(keepends=True)
    server.send(request, header)
    for number, record in enumerate(records, 1):
        server.send(request, record)
        clients.exhaust(server, enough=lambda n=number: len(server.items) >= n)  # type: ignore[misc]
        expect(
            len(server.items) == number,
            observed=f"record {number} was complete, and the caller had "
            f"{len(server.items)} of {number} rows",
            expected=f"row {number}, before record {number + 1} is sent",
            sign="late",
        )
        clients.keep_asking(server)
    callers.never_waits(server)


@essential(needs=[test_yields_rows])
def test_quotes(server: Server) -> None:
    """A field in quotes may hold commas, doubled quotes and line breaks, and arrives as it was.

    The line breaks arrive as they were, too: CRLF is not turned into LF (2.6).
    """
    given = [row(name) for name in AWKWARD] + [row(id=" 7", status="new ")]
    yields(server, written(given), given=given, sign="csv-by-hand")


@essential(needs=[test_quotes])
def test_chunks_mean_nothing(server: Server) -> None:
    """An export that comes byte by byte gives the same rows: in quotes, line ends, characters."""
    given = [{"id": "1", "username": 'é🥨 "a",\r\n""\n'}, {"id": "", "username": "b"}]
    request = begin(server)
    for byte in written(given, columns=("id", "username")):
        server.send(request, bytes([byte]))
        if server.outcome is not None:
            break
        clients.keep_asking(server)
    ends_with(server, request, given=given, sign="chunks")


@essential(needs=[test_chunks_mean_nothing])
def test_a_chunk_may_end_inside_of_quotes(server: Server) -> None:
    """Whether a chunk ends inside of quotes is a matter of how many there were before."""
    given = [{"id": "a, b", "username": "b\nb"}, {"id": "c, d", "username": "e"}]
    body = written(given, columns=("id", "username"))
    request = begin(server)
    for piece in re.split(b'(?<="b)(?=\n)|(?<=d",)', body):
        server.send(request, piece)
    ends_with(server, request, given=given, sign="chunks")


@essential(needs=[test_quotes])
def test_only_line_ends_end_lines(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of a field, in quotes or not."""
    names = ["line\u2028separator\u0085next", "vertical\x0btab\x0c\x1c", 'a, "b"\u2029c\n\u2028']
    given = [row(name) for name in names]
    yields(server, written(given), given=given, sign="unicode-lines")


@essential(needs=[test_yields_rows])
def test_lf_ends_records_too(server: Server) -> None:
    """Records may end with LF alone, which is not what 2.1 says and what many exports do."""
    given = [row(name) for name in ("ada", "line\nbreak", "bob")]
    yields(server, written(given, end="\n"), given=given, sign="line-ends")


@essential(needs=[test_yields_rows])
def test_the_last_line_break_is_optional(server: Server) -> None:
    """The last record may end with the body (2.2)."""
    given = rows(3)
    yields(server, written(given).rstrip(b"\r\n"), given=given, sign="last-line")


@essential(needs=[test_yields_rows])
def test_goes_by_the_header(server: Server) -> None:
    """Columns in another order, or more of them, are still mapped by their names (2.3).

    A name is a field like any other: it may be in quotes, with a comma and a line break in it.
    """
    given = [{**each, "nickname,\nif any": "x"} for each in rows(3)]
    columns = ("nickname,\nif any", *reversed(COLUMNS))
    request = begin(server)
    server.send(request, written(given, columns=columns))
    server.finish(request)
    clients.exhaust(server)
    sign = "csv-by-hand" if isinstance(server.outcome, Raised) else "by-position"
    clients.gives(server, given, unit="row", sign=sign)


@essential(needs=[test_yields_rows])
def test_a_byte_order_mark_is_no_part_of_a_name(server: Server) -> None:
    """A byte order mark in front of the header is left out, also if a chunk ends inside of it.

    So it is where the first name is in quotes, which are the first thing in the field then.
    """
    given = rows(2)
    body = "\ufeff".encode() + written(given).replace(b"id", b'"id"', 1)
    request = begin(server)
    server.send(request, body[:2])
    server.send(request, body[2:])
    ends_with(server, request, given=given, sign="byte-order-mark")


@essential(needs=[test_yields_rows])
def test_a_field_too_few_is_an_error(server: Server) -> None:
    """A record with too few fields is an error, and the rows in front of it are not (2.4).

    One field is too few as well, and no blank line.
    """
    ends_at(server, b"x\r\n")


@essential(needs=[test_yields_rows])
def test_a_field_too_many_is_an_error(server: Server) -> None:
    """A record with a field too many is an error, and the rows in front of it are not (2.4)."""
    ends_at(server, b"1,ada,a@example.com,2026-01-01,active,extra\r\n")


def ends_at(server: Server, bad: bytes) -> None:
    """Two rows, and then this record, which is an error."""
    given = rows(2)
    request = begin(server)
    server.send(request, written(given) + bad + written(rows(1)).splitlines()[1])
    server.finish(request)
    clients.exhaust(server)
    raised = clients.fails(server, when=f"a record was {bad.strip().decode()}", sign="ragged")
    expect(
        "ValueError" in raised.types,
        observed=f"{raised}",
        expected="a ValueError that says where",
        sign="another-error",
    )
    expect(
        server.items == given,
        observed=f"{len(server.items)} rows, and then an error",
        expected="the 2 rows in front of the bad record, and then an error",
        sign="ragged",
    )


@essential(needs=[test_asks_for_the_export])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, and 404 too, whatever its body looks like."""
    for status in (404, 503):
        request = clients.call(server, PATH)
        refusals.refused(server, request, written(rows(1)), content_type=TYPE, status=status)


@essential(needs=[test_asks_for_the_export])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no export (RFC 9110, 15.4)."""
    request = clients.call(server, PATH)
    refusals.redirected(server, request, written(rows(1)), content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_export])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no export, as a proxy's login page is not; nor is JSON."""
    for media_type, body in (
        ("application/json", b'{"detail": "later"}\n'),
        ("text/html", b"<title>Log in</title>\n"),
    ):
        request = clients.call(server, PATH)
        server.respond(request, body, headers={"Content-Type": media_type})
        clients.exhaust(server)
        clients.fails(server, when=f"the media type was {media_type}", sign="type-ignored")


@essential(needs=[test_yields_at_once])
def test_a_body_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost behind a whole record does not pass for the end (9112, 8).

    Nor does one that is lost in the header, where no row can tell that it is no name.
    """
    request = begin(server)
    server.send(request, b"id,user")
    server.cut(request)
    clients.fails(server, when="the connection was lost in the header", sign="cut-ignored")
    request = clients.call(server, PATH)
    server.begin(request, content_type=TYPE)
    server.send(request, written(rows(2)))
    clients.exhaust(server, enough=lambda: len(server.items) == 2)
    clients.keep_asking(server)
    server.cut(request)
    clients.fails(server, when="the connection was lost after 2 rows", sign="cut-ignored")


@essential(needs=[test_yields_at_once])
def test_waits_out_a_silence(server: Server) -> None:
    """A server that is silent for 29 seconds, and again, is waited for; httpx gives up after 5."""
    if server.real:
        checks.needs_virtual_time()
    given = rows(4)
    request = begin(server)
    header, *records = written(given).splitlines(keepends=True)
    server.send(request, header)
    for number, record in enumerate(records, 1):
        clients.keep_asking(server)
        server.advance(29)
        server.send(request, record)
        clients.exhaust(server, enough=lambda n=number: len(server.items) >= n)  # type: ignore[misc]
    ends_with(server, request, given=given, sign="gave-up")


@essential(needs=[test_waits_out_a_silence])
def test_a_silence_is_no_end(server: Server) -> None:
    """A server that falls silent for an hour is given up with an error, or waited for."""
    if server.real:
        checks.needs_virtual_time()
    request = begin(server)
    server.send(request, written(rows(2)))
    clients.exhaust(server, enough=lambda: len(server.items) == 2)
    clients.keep_asking(server)
    clients.outlasts(server, when="2 rows had come")


@essential(needs=[test_yields_at_once])
def test_whoever_stops_hangs_up(server: Server) -> None:
    """A caller that stops in the middle leaves no connection and no task behind."""
    request = begin(server)
    for record in written(rows(4)).splitlines(keepends=True):
        server.send(request, record)
    server.until(lambda: bool(server.items))
    server.stop()
    clients.hangs_up(server, when="after the caller had stopped")


@essential(needs=[test_yields_rows])
def test_the_end_leaves_nothing_behind(server: Server) -> None:
    """When the export is over, the connection is closed, and nothing has blocked the loop."""
    given = rows(1)
    yields(server, written(given), given=given)
    clients.hangs_up(server, when="after the end of the export")
    clients.never_blocks(server)


@essential(needs=[test_yields_at_once])
def test_a_slow_caller_slows_the_server_down(fresh_server: Server) -> None:
    """What the caller has not asked for is not read without bound: nothing piles up."""
    server = fresh_server
    request = begin(server)
    server.send(request, written(rows(1)))
    server.until(lambda: bool(server.items))
    flood = chunk(written([row("x" * 16_384)]).partition(b"\r\n")[2] * 16)
    clients.reads_no_further(server, request, flood, unit="row")


@essential(needs=[test_yields_at_once])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each get their own rows: they share no buffer, no header and no lock."""
    given = [{"username": "ada, again", "id": "7"}]
    bodies = written(rows(2))[:-20], written(given, columns=("username", "id"))
    callers.are_kept_apart(server, PATH, bodies, content_type=TYPE, given=given)


@essential(needs=[test_yields_at_once])
def test_memory_does_not_grow(fresh_server: Server) -> None:
    """Memory does not grow with the export: what has been yielded is forgotten."""
    header, record = written([row("x" * 32_768)]).splitlines(keepends=True)
    request = begin(fresh_server)
    fresh_server.send(request, header)
    callers.forgets_what_it_gave(fresh_server, request, record * 7, items=7)


@expert(needs=[test_yields_rows])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    given = rows(1)
    request = clients.begin(server, PATH, content_type="Text/CSV ;header=present")
    server.send(request, written(given))
    ends_with(server, request, given=given, sign="type-refused")


@good(needs=[test_yields_rows])
def test_half_a_character_at_the_end_is_an_error(server: Server) -> None:
    """An export that ends inside a character is not whole, and does not pass for it."""
    request = begin(server)
    server.send(request, b"id,username\r\n1,ada\r\n2,caf\xc3")
    server.finish(request)
    clients.exhaust(server)
    clients.fails(server, when="the body ended with half a character", sign="half-character")


@good(needs=[test_yields_rows])
def test_a_blank_line_is_no_record(server: Server) -> None:
    """Blank lines between records, and behind the last one, are no rows."""
    given = rows(2)
    header, first, second = written(given).splitlines(keepends=True)
    yields(server, header + first + b"\r\n\n" + second + b"\r\n", given=given, sign="blank-line")


@good(needs=[test_yields_rows])
def test_no_rows_are_no_error(server: Server) -> None:
    """A header without records is an export of nobody."""
    yields(server, written([]), given=[], sign="empty-refused")


@good(needs=[test_quotes])
def test_a_quote_that_never_closes_is_an_error(server: Server) -> None:
    """A body that ends inside of quotes is cut off, whatever HTTP says (2.5)."""
    request = begin(server)
    server.send(request, written(rows(1)) + b'7,"Ada,a@example.com,2026-01-01,active\r\n')
    server.finish(request)
    clients.exhaust(server)
    clients.fails(server, when="the body ended inside of a quoted field", sign="ragged")


@good(needs=[test_a_field_too_few_is_an_error])
def test_the_error_says_where(server: Server) -> None:
    """The error names the number of the bad record, or of its line."""
    request = begin(server)
    server.send(request, written(rows(41)) + b"1,ada\r\n")
    server.finish(request)
    clients.exhaust(server)
    raised = clients.fails(server, when="a record had two fields", sign="ragged")
    expect(
        re.search(r"\b4[123]\b", raised.text) is not None,
        observed=f"an error that says: {raised.text}",
        expected="a number: the bad record is the 42nd, on line 43",
        sign="bad-line-hidden",
    )


@good(needs=[test_yields_rows])
def test_a_compressed_export_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip."""
    request = clients.call(server, PATH)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    given = rows(3)
    packer = zlib.compressobj(wbits=31)
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    server.send(request, packer.compress(written(given)) + packer.flush())
    ends_with(server, request, given=given, sign="compressed")


@good(needs=[test_an_error_status_is_an_error])
def test_a_busy_server_is_given_its_time(server: Server) -> None:
    """Nobody comes back sooner than Retry-After says; an error will do (RFC 9110, 10.2.3)."""
    request = clients.call(server, PATH)
    refusals.put_off(server, request, written(rows(1)), content_type=TYPE, answer=answer)


@expert(needs=[test_quotes])
def test_a_record_without_an_end_fills_no_memory(server: Server) -> None:
    """A field of gigabytes, in small pieces, is an error, or not kept: a quote may never close."""
    request = begin(server)
    server.send(request, written([]))
    refusals.given_up(server, request, b'7,"', unit="record")


@expert(needs=[test_quotes])
def test_a_field_may_be_long(server: Server) -> None:
    """A field may be longer than 128 KiB, the limit that the csv module has of its own."""
    given = [row(f"{'long, ' * 40_000}")]
    yields(server, written(given), given=given, sign="long")
