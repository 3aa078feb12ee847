"""What a client of GET /export/data/jsonl has to do: counts out of a stream of JSON Lines.

The judge is the server. Sections are of RFC 8259 (JSON) and RFC 9112 (HTTP/1.1).
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.evidence import clipped
from grader.judge.server import Raised, Server
from grader.judge.visit import Request

PATH = "/export/data/jsonl"
TYPE = "application/x-ndjson"
MIB = 1 << 20


def record(note: str | None = None, *, category: str = "") -> dict[str, Any]:
    """A fresh record: nobody can know its category beforehand."""
    return {
        "id": secrets.randbelow(10**6),
        "category": category or secrets.choice(["books", "games", "tools"]),
        "amount": secrets.randbelow(10_000) / 100,
        "note": note,
        "created_at": "2026-01-01T09:00:00+00:00",
    }


def records(count: int) -> list[dict[str, Any]]:
    tag = secrets.token_hex(3)
    return [record(category=f"{tag}-{number * number % 3}") for number in range(count)]


def line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def lines(given: Sequence[dict[str, Any]]) -> bytes:
    return b"".join(map(line, given))


def call(server: Server) -> Request:
    """Have the export imported. Returns the request."""
    known = len(server.requests)
    server.call(report="", callbacks=["report"])
    return clients.asked(server, PATH, number=known + 1)


def begin(server: Server) -> Request:
    """The same, and the request is answered with the head of a stream."""
    request = call(server)
    server.begin(request, content_type=TYPE)
    return request


def answer(server: Server, request: Request) -> None:
    """Send a whole export, which the client has to take for what it is."""
    given = records(2)
    server.respond(request, lines(given), headers={"Content-Type": TYPE})
    returns(server, given)


def imports(
    server: Server,
    body: bytes,
    *,
    given: Sequence[dict[str, Any]],
    bad: Sequence[int] = (),
    sign: str = "differs",
) -> None:
    """An export of `body` has these records, and these bad lines."""
    request = begin(server)
    server.send(request, body)
    server.finish(request)
    returns(server, given, bad=bad, sign=sign)


def returns(
    server: Server,
    given: Sequence[dict[str, Any]],
    *,
    bad: Sequence[int] = (),
    sign: str = "differs",
) -> None:
    """It has returned the counts of these records, and reported these lines."""
    server.until(lambda: server.outcome is not None)
    if isinstance(server.outcome, Raised):
        checks.fail(
            observed=f"it raised {server.outcome}",
            expected=f"the counts of {len(given)} records",
            sign="split-characters" if "UnicodeDecodeError" in server.outcome.types else sign,
        )
    expect(
        server.outcome is not None,
        observed="the body had ended, and it waited for more",
        expected="the counts",
        sign="never-ends",
    )
    counts = dict(Counter(each["category"] for each in given))
    found = server.outcome.value if server.outcome else None
    reported = [called.arguments[0] if called.arguments else None for called in server.called]
    expect(
        reported == list(bad),
        observed=f"reported lines: {clipped(str(reported))}",
        expected=f"reported lines: {list(bad)}",
        sign="bad-line-hidden" if sign == "bad-line" and found == counts else sign,
    )
    expect(
        all(_is_report(called.arguments) for called in server.called),
        observed=f"reports: {clipped(str([called.arguments for called in server.called]))}",
        expected="report(number, reason), with a reason that is text",
        sign="bad-line-hidden",
    )
    expect(
        found == counts,
        observed=clients.shown(found),
        expected=clients.shown(counts),
        sign=sign,
    )


def _is_report(arguments: Sequence[Any]) -> bool:
    return len(arguments) == 2 and isinstance(arguments[1], str) and bool(arguments[1])


@essential()
def test_asks_for_the_export(server: Server) -> None:
    """It sends one GET request for the export."""
    request = call(server)
    expect(
        request.method == "GET",
        observed=f"{request.method} {request.target}",
        expected=f"GET {PATH}",
        sign="request",
    )


@essential(needs=[test_asks_for_the_export])
def test_counts_by_category(server: Server) -> None:
    """It returns how many records of each category there are, whatever text that is."""
    given = records(20) + [record(category=name) for name in ("books", " Books", "books ")]
    given.append({"category": ""})
    imports(server, lines(given), given=given)


@essential(needs=[test_counts_by_category])
def test_chunks_mean_nothing(server: Server) -> None:
    """An export that comes byte by byte has the same counts: inside of lines and characters."""
    given: list[dict[str, Any]] = [
        {"category": "é🥨", "id": 1},
        {"category": "b"},
        {"category": "é🥨"},
    ]
    request = begin(server)
    for byte in lines(given):
        server.send(request, bytes([byte]))
    server.finish(request)
    returns(server, given, sign="chunks")


@essential(needs=[test_counts_by_category])
def test_only_lf_ends_a_line(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of a string, and end no line."""
    notes = ["line\u2028separator", "next\u0085line", "a\u2029b", "\x7f\u200b"]
    given = [record(note) for note in notes]
    imports(server, lines(given), given=given, sign="unicode-lines")


@essential(needs=[test_counts_by_category])
def test_crlf_ends_a_line_too(server: Server) -> None:
    """A CR is white space to JSON, in front of the LF and between two values (section 2)."""
    given = records(3)
    spaced = line(given[0]).replace(b", ", b",\r")
    body = spaced + lines(given[1:]).replace(b"\n", b"\r\n")
    imports(server, body, given=given, sign="line-ends")


@essential(needs=[test_counts_by_category])
def test_the_last_line_feed_is_optional(server: Server) -> None:
    """The last line may end with the body, and counts."""
    given = records(3)
    imports(server, lines(given)[:-1], given=given, sign="last-line")


@essential(needs=[test_counts_by_category])
def test_a_bad_line_is_not_fatal(server: Server) -> None:
    """What is no JSON is reported with the number of its line, and the import goes on."""
    given = records(4)
    body = line(given[0]) + b'{"category": "books"\n' + lines(given[1:3]) + b"oops\n"
    imports(server, body + line(given[3]), given=given, bad=[2, 5], sign="bad-line")


@essential(needs=[test_a_bad_line_is_not_fatal])
def test_a_blank_line_is_none(server: Server) -> None:
    """A blank line, or one of white space, is no record and no error, but it has a number."""
    given = records(2)
    body = b"\n" + line(given[0]) + b" \t\r\n\n" + b"oops\n" + line(given[1]) + b"\n\n"
    imports(server, body, given=given, bad=[5], sign="blank-line")


@essential(needs=[test_a_bad_line_is_not_fatal])
def test_a_value_without_a_category_is_bad(server: Server) -> None:
    """JSON that is no object, and an object without a category that is text, are bad lines."""
    given = records(1)
    odd: list[Any] = [42, "text", None, [], [{"category": "a"}], {}, {"category": None}]
    odd += [{"category": ["a"]}, {"category": 7}]
    body = b"".join(map(line, odd)) + lines(given)
    bad = range(1, len(odd) + 1)
    imports(server, body, given=given, bad=bad, sign="unchecked-value")


@essential(needs=[test_counts_by_category])
def test_an_empty_export_is_no_error(server: Server) -> None:
    """An export without a line has no counts, and is no error."""
    imports(server, b"", given=[], sign="empty-refused")


@essential(needs=[test_chunks_mean_nothing])
def test_a_line_may_be_long(server: Server) -> None:
    """A line of half a mebibyte, in pieces of 16 KiB, is a line like any other."""
    given = [record("x" * (MIB // 2)), record()]
    body = lines(given)
    request = begin(server)
    for start in range(0, len(body), 16_384):
        server.send(request, body[start : start + 16_384])
    server.finish(request)
    returns(server, given, sign="long")


@essential(needs=[test_asks_for_the_export])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, and 404 too, whatever its body looks like."""
    for status in (404, 503):
        refusals.refused(server, call(server), lines(records(1)), content_type=TYPE, status=status)


@essential(needs=[test_asks_for_the_export])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no export (RFC 9110, 15.4)."""
    request = call(server)
    refusals.redirected(server, request, lines(records(1)), content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_export])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no export, as a proxy's login page is not; nor is JSON."""
    for media_type, body in (
        ("application/json", lines(records(1))),
        ("text/html", b"<title>Log in</title>\n"),
    ):
        server.respond(call(server), body, headers={"Content-Type": media_type})
        clients.fails(server, when=f"the media type was {media_type}", sign="type-ignored")


@essential(needs=[test_counts_by_category])
def test_a_body_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost behind a whole line does not pass for the end (9112, 8)."""
    request = begin(server)
    server.send(request, lines(records(3)))
    server.cut(request)
    clients.fails(server, when="the connection was lost after 3 lines", sign="cut-ignored")


@essential(needs=[test_counts_by_category])
def test_a_length_that_lies_is_an_error(server: Server) -> None:
    """A body that is shorter than its Content-Length is not whole (9112, 8)."""
    request = call(server)
    body = lines(records(3))
    length = str(len(body) + 40)
    server.respond(request, body, headers={"Content-Type": TYPE, "Content-Length": length})
    server.cut(request)
    clients.fails(server, when=f"{len(body)} of {length} bytes came", sign="cut-ignored")


@essential(needs=[test_counts_by_category])
def test_waits_out_a_silence(server: Server) -> None:
    """A server that is silent for 29 seconds, and again, is waited for; httpx gives up after 5."""
    if server.real:
        checks.needs_virtual_time()
    given = records(4)
    request = begin(server)
    for each in given:
        server.advance(29)
        server.send(request, line(each))
    server.finish(request)
    returns(server, given, sign="gave-up")


@essential(needs=[test_waits_out_a_silence])
def test_a_silence_is_no_end(server: Server) -> None:
    """A server that falls silent for an hour is given up with an error, or waited for."""
    if server.real:
        checks.needs_virtual_time()
    request = begin(server)
    server.send(request, lines(records(2)))
    clients.outlasts(server, when="2 lines had come")


@essential(needs=[test_counts_by_category])
def test_memory_does_not_grow(fresh_server: Server) -> None:
    """Memory does not grow with the export: a record is counted, and forgotten."""
    server = fresh_server
    given = [record("x" * 65_536)] * 16
    body = lines(given)
    request = begin(server)
    server.send(request, body * 2)
    before = server.in_use()
    for _ in range(8):
        server.send(request, body)
    grown = server.in_use() - before
    server.finish(request)
    returns(server, given * 10)
    expect(
        grown < 4 * MIB,
        observed=f"{grown / MIB:.0f} MiB more after {8 * len(body) / MIB:.0f} MiB of export",
        expected="no more than a few lines need",
        sign="keeps-it",
    )


@essential(needs=[test_counts_by_category])
def test_the_end_leaves_nothing_behind(server: Server) -> None:
    """When the import is over, the connection is closed, and nothing has blocked the loop."""
    given = records(1)
    imports(server, lines(given), given=given)
    clients.hangs_up(server, when="after the end of the import")
    clients.never_blocks(server)


@essential(needs=[test_counts_by_category])
def test_whoever_is_cancelled_hangs_up(server: Server) -> None:
    """An import that is cancelled leaves no connection and no task behind."""
    request = begin(server)
    server.send(request, lines(records(1)))
    server.cancel()
    clients.hangs_up(server, when="after the import was cancelled")


@essential(needs=[test_counts_by_category])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each get their own counts: they share no buffer, number and lock."""
    server.send(begin(server), lines(records(3))[:-20])
    request = callers.joined(server, PATH, report="", callbacks=["report"])
    given = records(2)
    server.respond(request, lines(given), headers={"Content-Type": TYPE})
    returns(server, given, sign="between-calls")


@good(needs=[test_a_bad_line_is_not_fatal])
def test_reports_at_once(server: Server) -> None:
    """A bad line is reported when it has come, and not at the end."""
    request = begin(server)
    server.send(request, line(record()) + b"oops\n")
    expect(
        server.until(lambda: len(server.called) == 1),
        observed="a bad line had come, and nothing was reported",
        expected="a report of line 2, before the next line is sent",
        sign="late",
    )


@good(needs=[test_a_bad_line_is_not_fatal])
def test_what_is_no_utf_8_is_a_bad_line(server: Server) -> None:
    """Bytes that are no UTF-8 spoil their own line, and no other (section 8.1)."""
    given = records(2)
    body = line(given[0]) + b'{"category": "caf\xe9"}\n' + line(given[1])
    imports(server, body, given=given, bad=[2], sign="bad-line")


@good(needs=[test_counts_by_category])
def test_any_type_of_json_lines_will_do(server: Server) -> None:
    """application/jsonl and application/x-jsonlines are names for the same, in any case."""
    for content_type in ("application/jsonl", "Application/X-JSONLines ; charset=utf-8"):
        given = records(2)
        server.respond(call(server), lines(given), headers={"Content-Type": content_type})
        returns(server, given, sign="type-refused")


@good(needs=[test_waits_out_a_silence])
def test_gives_up_on_a_dead_server(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    call(server)
    clients.gives_up(server)


@good(needs=[test_counts_by_category])
def test_a_compressed_export_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip."""
    request = call(server)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    given = records(3)
    packer = zlib.compressobj(wbits=31)
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    server.send(request, packer.compress(lines(given)) + packer.flush())
    server.finish(request)
    returns(server, given, sign="compressed")


@good(needs=[test_an_error_status_is_an_error])
def test_a_busy_server_is_given_its_time(server: Server) -> None:
    """Nobody comes back sooner than Retry-After says; an error will do (RFC 9110, 10.2.3)."""
    request = call(server)
    refusals.put_off(server, request, lines(records(1)), content_type=TYPE, answer=answer)


@expert(needs=[test_a_line_may_be_long])
def test_a_line_without_an_end_fills_no_memory(server: Server) -> None:
    """A line of gigabytes, in small pieces, is a bad line or an error, and not kept."""
    request = begin(server)
    refusals.given_up(server, request, b'{"category": "')
    if server.outcome is None:
        given = records(1)
        server.send(request, b'"}\n' + lines(given))
        server.finish(request)
        returns(server, given, bad=[1], sign="bad-line")


@expert(needs=[test_a_bad_line_is_not_fatal])
def test_python_is_more_generous_than_json(server: Server) -> None:
    """NaN and Infinity are no JSON (section 6), though json.loads takes them."""
    given = records(1)
    odd = b'{"category": "books", "amount": NaN}\n{"category": "books", "amount": -Infinity}\n'
    imports(server, odd + lines(given), given=given, bad=[1, 2], sign="unchecked-value")


@expert(needs=[test_a_bad_line_is_not_fatal])
def test_a_line_that_nests_without_end_is_bad(server: Server) -> None:
    """A hundred thousand brackets are a bad line, though no ValueError, and the import goes on."""
    given = records(1)
    body = b"[" * 100_000 + b"\n" + lines(given)
    imports(server, body, given=given, bad=[1], sign="bad-line")
