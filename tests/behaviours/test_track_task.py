"""What a client of GET /process/long-task has to do: tell the progress, and the true end.

The judge is the server. Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import json
import re
import secrets
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from grader.judge import checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.server import Raised, Returned, Server
from grader.judge.visit import Request

PATH = "/process/long-task"
TYPE = "text/event-stream"
SENT = "text/event-stream; charset=utf-8"  # as Starlette says it
IDLE = 30  # seconds without a byte, after which a connection is lost

Report = dict[str, Any]


def report(percent: float, message: str = "step") -> Report:
    """A fresh report: nobody can know its message beforehand."""
    return {
        "step": 1,
        "total_steps": 8,
        "message": f"{message} {secrets.token_hex(4)}",
        "progress_percent": percent,
        "timestamp": "2026-11-22T09:00:00+00:00",
    }


def reports(*percents: float) -> list[Report]:
    return [report(percent) for percent in percents]


def event(payload: dict[str, Any], *, kind: str = "", end: str = "\n") -> bytes:
    first = f"event: {kind}{end}" if kind else ""
    return f"{first}data: {json.dumps(payload, ensure_ascii=False)}{end}{end}".encode()


def call(server: Server) -> Request:
    """Have a task tracked, and answer nothing yet."""
    number = len(server.requests) + 1
    server.called.clear()
    server.call(callbacks=["on_progress"])
    return clients.asked(server, PATH, number=number)


def track(server: Server, *given: Report) -> Request:
    """Have a task tracked, and answer with these reports; more is to come."""
    request = call(server)
    server.begin(request, content_type=SENT)
    server.send(request, b"".join(map(event, given)))
    server.until(lambda: len(server.called) >= len(given))
    return request


def answer(server: Server, request: Request) -> None:
    """Send a whole task, which the client has to take for what it is."""
    given = reports(50, 100)
    server.begin(request, content_type=SENT)
    server.send(request, b"".join(map(event, given)))
    told(server, given, sign="differs")


def told(server: Server, given: Sequence[Report], *, sign: str, ends: bool = True) -> None:
    """The caller was told of these reports, in order; with `ends`, the function has returned."""
    count = len(given)
    server.until(lambda: server.outcome is not None if ends else len(server.called) >= count)
    raised = server.outcome if isinstance(server.outcome, Raised) else None
    had = [list(each.arguments) for each in server.called]
    if (raised and "UnicodeDecodeError" in raised.types) or "\ufffd" in str(had):
        sign = "split-characters"
    elif sign == "chunks" and isinstance(server.outcome, Returned):
        sign = "differs"
    expected = [[each["progress_percent"], each["message"]] for each in given]
    expect(
        had == expected and raised is None,
        observed=clients.shown(had) + (f", and then {raised}" if raised else ""),
        expected=clients.shown(expected),
        sign=sign,
    )
    if ends:
        expect(
            isinstance(server.outcome, Returned),
            observed="the task was done, and it waited for more",
            expected="a return at 100",
            sign="reads-on",
        )


def tells(server: Server, body: bytes, given: Sequence[Report], *, sign: str) -> None:
    """Of a stream of `body` these reports are told, and then the function returns."""
    request = track(server)
    server.send(request, body)
    server.finish(request)
    told(server, given, sign=sign)


@essential()
def test_asks_for_the_task(server: Server) -> None:
    """It sends one GET request for the task."""
    call(server)
    expect(
        [each.method for each in server.requests] == ["GET"],
        observed=", ".join(f"{each.method} {each.target}" for each in server.requests),
        expected=f"GET {PATH}",
        sign="request",
    )


@essential(needs=[test_asks_for_the_task])
def test_tells_the_progress(server: Server) -> None:
    """Each report is told with its percentage and its message, and at 100 the function returns."""
    given = reports(12.5, 37, 62.5, 99.9, 100)
    tells(server, b"".join(map(event, given)), given, sign="chunks")


@essential(needs=[test_tells_the_progress])
def test_tells_at_once(server: Server) -> None:
    """A report is told as soon as its event is complete, before the next one is sent."""
    request = track(server)
    given = reports(20, 40, 60, 80)
    for number, each in enumerate(given, 1):
        server.send(request, event(each))
        if server.until(lambda n=number: len(server.called) >= n):  # type: ignore[misc]
            told(server, given[:number], sign="differs", ends=False)
            continue
        had, more = len(server.called), event(report(90))
        checks.fail(
            observed=f"report {number} was complete, and the caller had been told of {had}",
            expected=f"report {number}, before the next one is sent",
            sign=clients.lateness(server, request, more, count=lambda: len(server.called)),
        )


@essential(needs=[test_tells_the_progress])
def test_chunks_mean_nothing(server: Server) -> None:
    """A stream that comes byte by byte gives the same reports: inside of lines and characters."""
    given = [
        {"progress_percent": percent, "message": f"naïve 🥨 {secrets.token_hex(4)}"}
        for percent in (50, 100)
    ]
    request = track(server)
    for byte in b"".join(map(event, given)):
        server.send(request, bytes([byte]))
    server.finish(request)
    told(server, given, sign="chunks")


@essential(needs=[test_tells_the_progress])
def test_every_line_end(server: Server) -> None:
    """Lines may end with LF, CRLF and CR, also where a chunk ends inside of CRLF (9.2.5)."""
    given = reports(20, 40, 60, 80, 90, 100)
    ends = ["\n", "\r\n", "\r"]
    body = b"".join(event(each, end=ends[number % 3]) for number, each in enumerate(given))
    request = track(server)
    for piece in re.split(b"(\r)", body):
        server.send(request, piece)
    server.finish(request)
    told(server, given, sign="line-ends")


@essential(needs=[test_tells_the_progress])
def test_only_line_ends_end_lines(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of the data, and end no line (9.2.5)."""
    given = [report(100, "line\u2028separator\u0085next\u2029paragraph")]
    tells(server, event(given[0]), given, sign="unicode-lines")


@essential(needs=[test_tells_the_progress])
def test_the_fields_of_an_event(server: Server) -> None:
    """One space behind the colon may be there, and data lines are joined by LF (9.2.6).

    Comments, other fields and a byte order mark at the very beginning are no part of the data.
    """
    given = reports(100)
    data = json.dumps(given[0])
    pretty = "".join(f"data: {line}\n" for line in json.dumps(given[0], indent=1).split("\n"))
    others = "id: 1\nretry: 3000\nunknown: field\ndatabase: field\nno colon\n: comment\n"
    for body, sign in (
        (f"\ufeffdata: {data}\n\n", "byte-order-mark"),
        (f"\ufeff: welcome\ndata: {data}\n\n", "byte-order-mark"),
        (f"data:{data}\n\n", "loose-fields"),
        (f": in front\n{others}data: {data}\n{others}\n", "loose-fields"),
        (f"event: message\n{pretty}\n", "fields"),
    ):
        tells(server, body.encode(), given, sign=sign)


@essential(needs=[test_tells_the_progress])
def test_what_has_no_data_is_no_report(server: Server) -> None:
    """Comments, and blocks with an id, a retry or a type alone, are nothing (9.2.6)."""
    first, second = given = reports(50, 100)
    nothing = b": ping\n\nid: 7\n\n: ping\n\nretry: 10\n\n\n\n"
    tells(server, nothing + event(first) + nothing + event(second), given, sign="no-data")
    typed = b"event: failed\n\n"  # and what comes behind it has no type again
    request = track(server, first)
    server.send(request, typed)
    told(server, given[:1], sign="no-data", ends=False)
    server.send(request, event(second))
    server.finish(request)
    told(server, given, sign="loose-fields")


@essential(needs=[test_tells_the_progress])
def test_other_events_are_ignored(server: Server) -> None:
    """Events of other types are no reports, whatever they hold, and new fields are no harm."""
    first, second = given = reports(50, 100)
    others = event(report(100), kind="estimate") + event({"text": "hm"}, kind="log")
    body = others + event({**first, "eta": 30, "type": "failed"}) + others + event(second)
    tells(server, body, given, sign="other-types")


@essential(needs=[test_tells_at_once])
def test_a_hundred_is_the_end(server: Server) -> None:
    """At 100 it returns and hangs up, though the connection is open and more comes behind."""
    given = reports(99.9, 100)
    track(server, *given, report(100, "afterwards"))
    told(server, given, sign="reads-on")
    clients.hangs_up(server, when="after 100 percent")


@essential(needs=[test_tells_at_once])
def test_an_end_before_a_hundred_is_an_error(server: Server) -> None:
    """A stream that ends in good order, but before 100, is no success, and not run once more."""
    for number, given in enumerate((reports(25, 50), []), 1):
        server.finish(track(server, *given))
        when = f"the stream ended after {len(given)} reports, before 100 percent"
        clients.fails_at_once(server, when=when, sign="no-complete", sent=number)


@essential(needs=[test_an_end_before_a_hundred_is_an_error])
def test_an_unfinished_report_is_discarded(server: Server) -> None:
    """A 100 that has no blank line behind it when the stream ends is no event (9.2.6)."""
    rest = event(report(100)).rstrip(b"\n")
    for unfinished in (rest + b"\n", rest):
        request = track(server, *reports(50))
        server.send(request, unfinished)
        server.finish(request)
        clients.fails(server, when="the last report was cut off", sign="unfinished")


@essential(needs=[test_tells_at_once])
def test_a_stream_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost in the middle is no end, and the task is not run once more."""
    moments: tuple[tuple[str, Callable[[], Request]], ...] = (
        ("before there was an answer", lambda: call(server)),
        ("before the first report", lambda: track(server)),
        ("at 50 percent", lambda: track(server, *reports(25, 50))),
    )
    for number, (moment, begun) in enumerate(moments, 1):
        server.cut(begun())
        when = f"the connection was lost {moment}"
        clients.fails_at_once(server, when=when, sign="cut-ignored", sent=number)


@essential(needs=[test_tells_at_once])
def test_a_failure_is_an_error(server: Server) -> None:
    """An event of type `failed` is an exception for the caller, at once."""
    request = track(server, *reports(25))
    server.send(request, event({"message": "the task failed"}, kind="failed"))
    clients.fails(server, when="the task had failed", sign="error-ignored")


@essential(needs=[test_tells_at_once])
def test_comments_are_signs_of_life(server: Server) -> None:
    """A step of ten minutes is waited for, while comments come, late ones at times."""
    if server.real:
        checks.needs_virtual_time()
    first, second = given = reports(50, 100)
    request = track(server, first)
    for number in range(40):
        server.advance(19 if number % 2 else 15)
        sign = "impatient" if number else "gave-up"
        told(server, given[:1], sign=sign, ends=False)
        server.send(request, b": ping\n\n")
    server.send(request, event(second))
    told(server, given, sign="impatient")


@essential(needs=[test_tells_at_once])
def test_a_silent_connection_is_lost(server: Server) -> None:
    """When no byte has come for 30 seconds, that is an error, though nobody has hung up."""
    if server.real:
        checks.needs_virtual_time()
    track(server, *reports(25))
    server.advance(IDLE)
    when = f"no byte had come for {IDLE} seconds"
    if server.outcome is None and not server.visits[0].gone:
        clients.fails(server, when=when, sign="waits-for-ever")
    clients.fails_at_once(server, when=when, sign="cut-ignored")
    clients.hangs_up(server, when="after the connection was given up")


@essential(needs=[test_asks_for_the_task])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, whatever its body looks like."""
    refusals.refused_once(server, call(server), event(report(100)), content_type=TYPE)


@essential(needs=[test_asks_for_the_task])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no report (RFC 9110, 15.4)."""
    request = call(server)
    refusals.redirected(server, request, event(report(100)), content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_task])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no event stream (9.2.3), as a proxy's login page is not."""
    body = b"<!doctype html><title>Log in</title>\n\n" + event(report(100))
    server.respond(call(server), body, headers={"Content-Type": "text/html"})
    clients.fails(server, when="the media type was text/html", sign="type-ignored")


@essential(needs=[test_tells_at_once])
def test_who_is_cancelled_hangs_up(server: Server) -> None:
    """A caller that cancels it leaves nothing behind, and hears that the task is not done."""
    track(server, *reports(25))
    clients.is_cancelled(server, when="it was cancelled")


@essential(needs=[test_tells_the_progress])
def test_nothing_blocks_the_loop(server: Server) -> None:
    """Whatever else the program does goes on while the task is tracked."""
    given = reports(50, 100)
    tells(server, b"".join(map(event, given)), given, sign="differs")
    clients.never_blocks(server)


@good(needs=[test_a_failure_is_an_error])
def test_the_error_says_what_the_server_said(server: Server) -> None:
    """The message of a failure is in the exception: whoever reads the log wants to know."""
    message = f"sheet 3 cannot be read ({secrets.token_hex(4)})"
    request = track(server, *reports(25))
    server.send(request, event({"message": message}, kind="failed"))
    raised = clients.fails(server, when="the task had failed", sign="error-ignored")
    expect(
        message in raised.text,
        observed=str(raised),
        expected=f"an exception that says: {message}",
        sign="message-lost",
    )


@expert(needs=[test_tells_the_progress])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    request, given = call(server), reports(100)
    server.begin(request, content_type="Text/Event-Stream ;charset=UTF-8")
    server.send(request, event(given[0]))
    server.finish(request)
    told(server, given, sign="type-refused")


@good(needs=[test_every_line_end, test_tells_at_once])
def test_cr_ends_an_event_at_once(server: Server) -> None:
    """Where lines end with CR, an event is complete at its last one: no LF need follow (9.2.5)."""
    given = reports(50)
    server.send(track(server), event(given[0], end="\r"))
    told(server, given, sign="line-ends", ends=False)


@good(needs=[test_tells_the_progress])
def test_no_content_is_no_success(server: Server) -> None:
    """204 says that there is nothing to watch: no task has come to its end."""
    server.respond(call(server), status=204)
    clients.fails(server, when="the status was 204", sign="status-ignored")


@good(needs=[test_a_silent_connection_is_lost])
def test_keeps_to_the_time_of_a_connection(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    call(server)
    clients.gives_up(server)


@good(needs=[test_tells_at_once])
def test_a_compressed_stream_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip, and still tells each report as it arrives."""
    request = call(server)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    packer = zlib.compressobj(wbits=31)
    given = reports(30, 60)
    for number, each in enumerate(given, 1):
        server.send(request, packer.compress(event(each)) + packer.flush(zlib.Z_SYNC_FLUSH))
        told(server, given[:number], sign="compressed", ends=False)


@expert(needs=[test_tells_the_progress])
def test_says_what_it_wants(server: Server) -> None:
    """The request says Accept: text/event-stream, as a browser's does (9.2.3)."""
    clients.accepts(call(server), TYPE)


@expert(needs=[test_chunks_mean_nothing])
def test_a_line_without_an_end_fills_no_memory(server: Server) -> None:
    """A line of gigabytes, in small pieces, is an error, or not kept."""
    refusals.given_up(server, track(server), b"data: ")
