"""What a client of GET /stream/stock-ticker has to do: price updates out of server-sent events.

The judge is the server. Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import json
import re
import secrets
import zlib
from typing import Any

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.server import Server
from grader.judge.visit import Request, chunk

PATH = "/stream/stock-ticker"
TYPE = "text/event-stream"
SENT = "text/event-stream; charset=utf-8"  # as Starlette says it


def update(number: int, stock: str = "ACME") -> dict[str, Any]:
    """A fresh update: nobody can know its price beforehand."""
    return {
        "timestamp": f"2026-11-22T09:00:{number % 60:02}+00:00",
        "stock": stock,
        "price": secrets.randbelow(90_000) / 100 + 1,
        "change": (secrets.randbelow(200) - 100) / 100,
        "update_number": number,
    }


def updates(count: int) -> list[dict[str, Any]]:
    return [update(number) for number in range(1, count + 1)]


def event(value: dict[str, Any], end: str = "\n") -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}{end}{end}".encode()


def watch(server: Server) -> Request:
    """Have the ticker watched, and answer with the head of a stream."""
    return clients.begin(server, PATH, content_type=SENT)


def answer(server: Server, request: Request) -> None:
    """Send a whole stream, which the client has to take for what it is."""
    given = updates(2)
    server.begin(request, content_type=SENT)
    server.send(request, b"".join(map(event, given)))
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update")


def yields(
    server: Server, body: bytes, *, given: list[dict[str, Any]], sign: str = "differs"
) -> None:
    """A stream of `body` gives these updates, and then the generator ends."""
    request = watch(server)
    server.send(request, body)
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update", sign=sign)


@essential()
def test_asks_for_the_stream(server: Server) -> None:
    """It sends one GET request for the stream."""
    request = clients.call(server, PATH)
    expect(
        request.method == "GET",
        observed=f"{request.method} {request.target}",
        expected=f"GET {PATH}",
        sign="request",
    )


@essential(needs=[test_asks_for_the_stream])
def test_yields_updates(server: Server) -> None:
    """The data of each event is yielded, as the update that it is."""
    given = updates(3)
    request = watch(server)
    for value in given:
        server.send(request, event(value))
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update")


@essential(needs=[test_yields_updates])
def test_yields_at_once(server: Server) -> None:
    """An update is yielded as soon as its event is complete, before the next one is sent."""
    request = watch(server)
    for number, value in enumerate(updates(4), 1):
        server.send(request, event(value))
        if server.until(lambda n=number: len(server.items) == n):  # type: ignore[misc]
            server.next()
            continue
        had, more = len(server.items), event(update(number + 1))
        checks.fail(
            observed=f"event {number} was complete, and the caller had {had} of {number} updates",
            expected=f"update {number}, before event {number + 1} is sent",
            sign=clients.lateness(server, request, more, count=lambda: len(server.items)),
        )
    callers.never_waits(server)


@essential(needs=[test_yields_updates])
def test_chunks_mean_nothing(server: Server) -> None:
    """A stream that comes byte by byte gives the same updates: inside of lines and characters."""
    given = [{"stock": f"é🥨 {secrets.token_hex(2)}"}, {"stock": "ACME"}]
    request = watch(server)
    for byte in b"".join(map(event, given)):
        server.send(request, bytes([byte]))
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update", sign="chunks")


@essential(needs=[test_yields_updates])
def test_several_events_in_one_chunk(server: Server) -> None:
    """Events that arrive together are all yielded, in order."""
    given = updates(20)
    yields(server, b"".join(map(event, given)), given=given, sign="chunks")


@essential(needs=[test_yields_updates])
def test_every_line_end(server: Server) -> None:
    """Lines may end with LF, CRLF and CR, also where a chunk ends inside of CRLF (9.2.5)."""
    given = updates(6)
    ends = ["\n", "\r\n", "\r"]
    body = b"".join(event(value, ends[number % 3]) for number, value in enumerate(given))
    request = watch(server)
    for piece in re.split(b"(\r)", body):
        server.send(request, piece)
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update", sign="line-ends")


@essential(needs=[test_yields_updates])
def test_only_line_ends_end_lines(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of the data, and end no line (9.2.5)."""
    given = [update(1, "line\u2028separator\u0085next\x0bvertical\x1cfile\u2029paragraph")]
    given[0]["stock"] = given[0]["stock"].replace("\x0b", "").replace("\x1c", "")
    yields(server, event(given[0]), given=given, sign="unicode-lines")


@essential(needs=[test_yields_updates])
def test_the_fields_of_an_event(server: Server) -> None:
    """One space behind the colon may be there, and data lines are joined by LF (9.2.6).

    Comments, other fields and a byte order mark at the very beginning are no part of the data.
    """
    value = update(1)
    data = json.dumps(value)
    pretty = "".join(f"data: {line}\n" for line in json.dumps(value, indent=1).split("\n"))
    others = "id: 1\nretry: 3000\nunknown: field\ndatabase: field\nno colon\n: comment\n"
    for body, sign in (
        (f"\ufeffdata: {data}\n\n", "byte-order-mark"),
        (f"\ufeff: welcome\ndata: {data}\n\n", "byte-order-mark"),
        (f"data:{data}\n\n", "loose-fields"),
        (f": in front\n{others}data: {data}\n{others}\n", "loose-fields"),
        (f"event: message\n{pretty}\n", "fields"),
    ):
        server.items.clear()
        yields(server, body.encode(), given=[value], sign=sign)


@essential(needs=[test_yields_updates])
def test_what_has_no_data_is_no_update(server: Server) -> None:
    """Comments, and blocks with an id, a retry or a type alone, are not yielded (9.2.6)."""
    first, second = updates(2)
    body = event(first) + b": ping\n\nid: 7\n\nretry: 10\n\nevent: ping\n\n\n\n" + event(second)
    yields(server, body, given=[first, second], sign="no-data")


@essential(needs=[test_yields_at_once])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each get their own updates: they share no parser and no lock."""
    first, second, third = map(event, given := updates(3))
    bodies = first + second[:30], third
    callers.are_kept_apart(server, PATH, bodies, content_type=SENT, given=given[2:])


@essential(needs=[test_yields_updates])
def test_an_unfinished_event_is_discarded(server: Server) -> None:
    """What has no blank line behind it when the stream ends is no event (9.2.6)."""
    first, second = updates(2)
    rest = event(second).rstrip(b"\n")
    for unfinished in (rest + b"\n", rest):
        server.items.clear()
        yields(server, event(first) + unfinished, given=[first], sign="unfinished")


@essential(needs=[test_yields_at_once])
def test_waits_out_a_silence(server: Server) -> None:
    """A feed that is silent for almost half a minute is waited for, time after time.

    httpx gives up after five seconds.
    """
    if server.real:
        checks.needs_virtual_time()
    request, given = watch(server), updates(25)
    for number, value in enumerate(given):
        silence = 29 if number else 10
        server.advance(silence)
        server.send(request, event(value))
        sign = "impatient" if number else "gave-up"
        clients.gives(server, given[: number + 1], unit="update", sign=sign, ends=False)
        server.next()


@essential(needs=[test_asks_for_the_stream])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, whatever its body looks like."""
    refusals.refused(server, clients.call(server, PATH), event(update(1)), content_type=TYPE)


@essential(needs=[test_asks_for_the_stream])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no update (RFC 9110, 15.4)."""
    request = clients.call(server, PATH)
    refusals.redirected(server, request, event(update(1)), content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_stream])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no event stream (9.2.3), as a proxy's login page is not."""
    request = clients.call(server, PATH)
    body = b"<!doctype html><title>Log in</title>\n\n" + event(update(1))
    server.respond(request, body, headers={"Content-Type": "text/html"})
    clients.fails(server, when="the media type was text/html", sign="type-ignored")


@essential(needs=[test_yields_at_once])
def test_a_stream_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost in the middle does not pass for the end of the feed."""
    request = watch(server)
    given = updates(1)
    server.send(request, event(given[0]))
    server.until(lambda: bool(server.items))
    server.next()
    server.cut(request)
    clients.fails(server, when="the connection was lost after one update", sign="cut-ignored")


@essential(needs=[test_waits_out_a_silence])
def test_a_silence_is_no_end(server: Server) -> None:
    """Whoever gives up on a feed that says nothing more raises: the feed has not ended."""
    if server.real:
        checks.needs_virtual_time()
    request = watch(server)
    server.send(request, event(update(1)))
    server.next()
    clients.outlasts(server, when="one update had come")


@essential(needs=[test_yields_at_once])
def test_whoever_stops_hangs_up(server: Server) -> None:
    """A caller that stops in the middle leaves no connection and no task behind."""
    request = watch(server)
    server.send(request, event(update(1)))
    server.until(lambda: bool(server.items))
    server.stop()
    clients.hangs_up(server, when="after the caller had stopped")


@essential(needs=[test_yields_at_once])
def test_whoever_is_cancelled_hears_of_it(server: Server) -> None:
    """Cancelled while it waits, it hangs up, and does not end as if the feed had ended."""
    request = watch(server)
    server.send(request, event(update(1)))
    server.until(lambda: bool(server.items))
    server.next()
    clients.is_cancelled(server, when="the caller was cancelled")


@essential(needs=[test_yields_updates])
def test_the_end_leaves_nothing_behind(server: Server) -> None:
    """When the feed has ended, the connection is closed."""
    given = updates(1)
    yields(server, event(given[0]), given=given)
    clients.hangs_up(server, when="after the end of the feed")
    clients.never_blocks(server)


@essential(needs=[test_yields_at_once])
def test_a_slow_caller_slows_the_server_down(fresh_server: Server) -> None:
    """What the caller has not asked for is not read without bound: nothing piles up."""
    server = fresh_server
    request = watch(server)
    server.send(request, event(update(1)))
    server.until(lambda: bool(server.items))
    flood = chunk(event(update(2, "x" * 4096)) * 64)
    clients.reads_no_further(server, request, flood, unit="update")


@essential(needs=[test_yields_at_once])
def test_memory_does_not_grow(fresh_server: Server) -> None:
    """A feed has no end: what has been yielded is forgotten."""
    body = event(update(1, "x" * 131_072)) * 2
    callers.forgets_what_it_gave(fresh_server, watch(fresh_server), body, items=2)


@expert(needs=[test_yields_updates])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    given = updates(1)
    request = clients.begin(server, PATH, content_type="Text/Event-Stream ;charset=UTF-8")
    server.send(request, event(given[0]))
    server.finish(request)
    clients.exhaust(server)
    clients.gives(server, given, unit="update", sign="type-refused")


@good(needs=[test_yields_updates])
def test_keeps_to_the_time_of_a_connection(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    clients.call(server, PATH)
    clients.gives_up(server)


@good(needs=[test_every_line_end, test_yields_at_once])
def test_cr_ends_an_event_at_once(server: Server) -> None:
    """Where lines end with CR, an event is complete at its last one: no LF need follow (9.2.5)."""
    given = updates(1)
    request = watch(server)
    server.send(request, event(given[0], "\r"))
    clients.gives(server, given, unit="update", sign="line-ends", ends=False)


@good(needs=[test_yields_updates])
def test_no_content_is_the_end(server: Server) -> None:
    """204 says that there is nothing to watch: the generator ends without an update (9.2.3)."""
    server.respond(clients.call(server, PATH), status=204)
    clients.gives(server, [], unit="update", sign="no-content")


@good(needs=[test_yields_updates])
def test_a_compressed_stream_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip, and still yields each update as it arrives."""
    request = clients.call(server, PATH)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    given = updates(3)
    packer = zlib.compressobj(wbits=31)
    for number, value in enumerate(given, 1):
        server.send(request, packer.compress(event(value)) + packer.flush(zlib.Z_SYNC_FLUSH))
        server.until(lambda n=number: len(server.items) == n)  # type: ignore[misc]
        server.next()
    clients.gives(server, given, unit="update", sign="compressed", ends=False)


@good(needs=[test_an_error_status_is_an_error])
def test_a_busy_server_is_given_its_time(server: Server) -> None:
    """Nobody comes back sooner than Retry-After says; an error will do (RFC 9110, 10.2.3)."""
    request = clients.call(server, PATH)
    refusals.put_off(server, request, event(update(1)), content_type=TYPE, answer=answer)


@expert(needs=[test_chunks_mean_nothing])
def test_a_line_without_an_end_fills_no_memory(server: Server) -> None:
    """A line of gigabytes, in small pieces, is an error, or not kept."""
    refusals.given_up(server, watch(server), b"data: ")


@expert(needs=[test_yields_updates])
def test_says_what_it_wants(server: Server) -> None:
    """The request says Accept: text/event-stream, as a browser's does (9.2.3)."""
    clients.accepts(clients.call(server, PATH), TYPE)
