"""What a client of GET /stream/live-logs has to do: a log through every lost connection.

The judge is the server. Sections are of WHATWG HTML (server-sent events). A client may wait longer
than it is told before it comes back, as one with jitter or backoff does, but not for ever.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.evidence import clipped
from grader.judge.server import Raised, Returned, Server
from grader.judge.visit import Request, chunk

PATH = "/stream/live-logs"
TYPE = "text/event-stream"
SENT = "text/event-stream; charset=utf-8"  # as Starlette says it
SOON = 500  # milliseconds of `retry`, where the wait is not what the behaviour is about
AT_MOST = 90  # seconds until a client that is well has come back
AT_ONCE = 0.25  # seconds: whoever comes back within them has not waited


def entry(message: str = "started") -> dict[str, Any]:
    """A fresh entry: nobody can know its id beforehand."""
    return {
        "timestamp": f"2026-11-22T09:00:00.{secrets.randbelow(10**6):06}+00:00",
        "level": secrets.choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
        "service": "payments",
        "message": message,
        "request_id": f"req-{secrets.token_hex(4)}",
    }


def entries(count: int) -> list[dict[str, Any]]:
    return [entry() for _ in range(count)]


def id_of(value: dict[str, Any]) -> str:
    """The id of its event, which is nothing that the entry itself tells."""
    return f"at-{value['request_id'][::-1]}"


def event(value: dict[str, Any], *, retry: int | None = None, end: str = "\n") -> bytes:
    lines = [] if retry is None else [f"retry: {retry}"]
    lines += [f"id: {id_of(value)}", f"data: {json.dumps(value, ensure_ascii=False)}"]
    return "".join(line + end for line in [*lines, ""]).encode()


@dataclass(slots=True)
class Watch:
    """A caller that takes entry after entry, and the connections of the client that it calls."""

    server: Server
    request: Request  # the latest one that is known of
    number: int = 1  # and the how-manieth it is

    def send(self, *blocks: bytes, takes: int) -> None:
        """Send these, of which the caller then has `takes` entries in all, and waits for more."""
        for block in blocks:
            self.server.send(self.request, block)
        self.take(takes)

    def take(self, count: int) -> None:
        clients.exhaust(self.server, enough=lambda: len(self.server.items) >= count)
        if self.server.outcome is None:
            clients.keep_asking(self.server)

    def gives(self, given: list[dict[str, Any]], *, sign: str = "differs") -> None:
        self.take(len(given))
        clients.gives(self.server, given, unit="entry", sign=sign, ends=False)

    def comes_back(self, *, when: str) -> Request:
        """The next request, which may take as long as it likes, within reason."""
        for _ in range(5 if self.server.real else AT_MOST):
            if self.server.until(self._settled):
                break
            self.server.advance(0 if self.server.real else 1)
        if self.requests == self.number:
            checks.fail(
                observed=f"{when}, and {self._told()}",
                expected=f"another request within {AT_MOST} seconds",
                sign="never-comes-back",
            )
        self.number += 1
        self.request = self.server.requests[self.number - 1]
        return self.request

    def _settled(self) -> bool:
        return self.requests > self.number or self.server.outcome is not None

    def goes_on(self, *, when: str) -> None:
        """The same, and the new request is answered with the head of a stream."""
        self.server.begin(self.comes_back(when=when), content_type=TYPE)

    def stays_away(self, seconds: float, *, when: str, sign: str) -> None:
        """No request for so long."""
        self.server.advance(seconds)
        clients.never_blocks(self.server)
        expect(
            self.requests == self.number,
            observed=f"{when}, and it asked again within {seconds:g} s",
            expected="no request as early as that",
            sign=sign,
        )

    def resumes_by(self, last_event_id: str, *, when: str, sign: str = "loose-fields") -> None:
        """The latest request has this Last-Event-ID; "" is as good as none (9.2.4)."""
        found = self.request.headers.get("last-event-id", "").encode("latin-1")
        shown = f"Last-Event-ID: {found.decode(errors='replace')}" if found else "no Last-Event-ID"
        expect(
            found == last_event_id.encode(),
            observed=f"{when}, and the next request had {clipped(shown)}",
            expected=f"Last-Event-ID: {last_event_id}" if last_event_id else "no Last-Event-ID",
            sign=sign,
        )

    @property
    def requests(self) -> int:
        return len(self.server.requests)

    def _told(self) -> str:
        match self.server.outcome:
            case None:
                return "it waited, and asked for nothing more"
            case Raised():
                return f"it raised {self.server.outcome}"
        return "the generator ended"


def answer(server: Server, request: Request) -> None:
    """Send two entries, which the client has to take for what they are."""
    given = entries(2)
    server.begin(request, content_type=SENT)
    server.send(request, b"".join(map(event, given)))
    Watch(server, request).gives(given)


def watch(server: Server) -> Watch:
    """Have the log watched, and answer with the head of a stream."""
    return Watch(server, clients.begin(server, PATH, content_type=SENT))


@essential()
def test_asks_for_the_log(server: Server) -> None:
    """It sends one GET request for the log, without a Last-Event-ID of its own making (9.2.4)."""
    request = clients.call(server, PATH)
    last = request.headers.get("last-event-id", "")
    expect(
        request.method == "GET" and not last,
        observed=f"{request.method} {request.target}"
        + (f" with Last-Event-ID: {last}" if last else ""),
        expected=f"GET {PATH} without Last-Event-ID",
        sign="request",
    )


@essential(needs=[test_asks_for_the_log])
def test_yields_entries(server: Server) -> None:
    """The data of each event is yielded, as the entry that it is."""
    given = entries(3)
    seen = watch(server)
    seen.send(b"".join(map(event, given)), takes=3)
    server.finish(seen.request)
    seen.gives(given, sign="chunks")


@essential(needs=[test_yields_entries])
def test_yields_at_once(server: Server) -> None:
    """An entry is yielded as soon as its event is complete, before the next one is sent."""
    seen = watch(server)
    for number, value in enumerate(entries(3), 1):
        seen.send(event(value), takes=number)
        expect(
            len(server.items) == number,
            observed=f"event {number} was complete, and the caller had "
            f"{len(server.items)} of {number} entries",
            expected=f"entry {number}, before event {number + 1} is sent",
            sign="late",
        )
    callers.never_waits(server)


@essential(needs=[test_yields_entries])
def test_chunks_mean_nothing(server: Server) -> None:
    """A stream that comes byte by byte gives the same entries: inside of lines and characters."""
    given = [{"request_id": entry()["request_id"], "message": "café 🥨"}]
    seen = watch(server)
    for byte in event(given[0]):
        server.send(seen.request, bytes([byte]))
    seen.gives(given, sign="chunks")


@essential(needs=[test_yields_entries])
def test_every_line_end(server: Server) -> None:
    """Lines end with LF, CRLF or CR, also where a chunk ends inside of CRLF (9.2.5)."""
    given = entries(6)
    ends = ["\n", "\r\n", "\r"]
    body = b"".join(event(value, end=ends[number % 3]) for number, value in enumerate(given))
    seen = watch(server)
    seen.send(*re.split(b"(?<=\r)", body), takes=6)
    seen.gives(given, sign="line-ends")


@essential(needs=[test_yields_entries])
def test_only_line_ends_end_lines(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of the data, and end no line (9.2.5)."""
    given = [entry("line\u2028separator\u0085next\u2029paragraph")]
    seen = watch(server)
    seen.send(event(given[0]), takes=1)
    seen.gives(given, sign="unicode-lines")


@essential(needs=[test_yields_entries])
def test_an_event_may_have_several_data_lines(server: Server) -> None:
    """The data lines of an event are joined by LF; other fields and comments are none (9.2.6)."""
    value = entry("two\nlines")
    pretty = "".join(f"data: {line}\n" for line in json.dumps(value, indent=1).split("\n"))
    seen = watch(server)
    seen.send(f"\ufeff: welcome\nnonsense\nid:1\n{pretty}: behind\n\n".encode(), takes=1)
    seen.gives([value], sign="fields")


@essential(needs=[test_yields_entries])
def test_a_space_may_be_missing(server: Server) -> None:
    """One space behind a colon is no part of the value, and need not be there (9.2.6)."""
    value = entry()
    seen = watch(server)
    seen.send(f"id:1\ndata:{json.dumps(value)}\n\n".encode(), takes=1)
    seen.gives([value], sign="loose-fields")


@essential(needs=[test_yields_entries])
def test_a_heartbeat_is_no_entry(server: Server) -> None:
    """Comments, and blocks with an id, a retry or a type alone, are not yielded (9.2.6)."""
    given = entries(2)
    seen = watch(server)
    seen.send(event(given[0]), takes=1)
    seen.send(b": ping\n\n", b":\n\n", b"id: 7\n\n", b"retry: 10\n\n", b"event: ping\n\n", takes=1)
    seen.send(event(given[1]), takes=2)
    seen.gives(given, sign="no-data")


@essential(needs=[test_yields_entries])
def test_other_types_are_no_entries(server: Server) -> None:
    """An event with a type of its own is for other listeners; `message` is no such type (9.2.6)."""
    given = entries(3)
    seen = watch(server)
    other = f"event: heartbeat\ndata: {json.dumps({'at': 1})}\n\n".encode()
    named = b"event: message\n" + event(given[1])
    seen.send(event(given[0]), other, named, other, event(given[2]), takes=3)
    seen.gives(given, sign="other-types")


@essential(needs=[test_yields_at_once])
def test_waits_out_a_silence(server: Server) -> None:
    """Comments, one every 15 seconds, keep a connection alive for as long as the log is silent."""
    if server.real:
        checks.needs_virtual_time()
    given = entries(2)
    seen = watch(server)
    seen.send(event(given[0]), takes=1)
    for _ in range(12):
        server.advance(15)
        seen.send(b": ping\n\n", takes=1)
    seen.send(event(given[1]), takes=2)
    seen.gives(given, sign="gave-up")
    expect(
        seen.requests == 1,
        observed=f"{seen.requests} requests in three minutes of comments",
        expected="the one connection, kept",
        sign="gave-up",
    )


@essential(needs=[test_yields_entries])
def test_comes_back_after_a_loss(server: Server) -> None:
    """When the connection is lost, it asks again, time after time, and the log goes on (9.2.3)."""
    given = entries(3 if server.real else 13)
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    for number in range(1, len(given)):
        server.cut(seen.request)
        seen.goes_on(when="the connection was lost")
        seen.send(event(given[number]), takes=number + 1)
    seen.gives(given)


@essential(needs=[test_comes_back_after_a_loss])
def test_comes_back_after_the_end(server: Server) -> None:
    """When the stream ends properly, it asks again as well (9.2.3)."""
    given = entries(2)
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    server.finish(seen.request)
    seen.goes_on(when="the stream had ended")
    seen.send(event(given[1]), takes=2)
    seen.gives(given)


@essential(needs=[test_comes_back_after_a_loss])
def test_says_where_it_stopped(server: Server) -> None:
    """Whoever comes back sends the id of the last event as Last-Event-ID (9.2.3)."""
    given = entries(4)
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), event(given[1]), takes=2)
    for number, over, when in (
        (1, server.cut, "the connection was lost"),
        (2, server.finish, "the stream had ended"),
    ):
        over(seen.request)
        seen.goes_on(when=when)
        last = id_of(given[number])
        when = f"the last event had the id {last}"
        seen.resumes_by(last, when=when, sign="no-last-event-id")
        seen.send(event(given[number + 1]), takes=number + 2)


@essential(needs=[test_comes_back_after_a_loss])
def test_waits_before_it_comes_back(server: Server) -> None:
    """Without a word from the server about it, it waits before it asks again (9.2.3)."""
    if server.real:
        checks.needs_virtual_time()
    seen = watch(server)
    seen.send(event(entry()), takes=1)
    for _ in range(3):
        with server.at_once():
            server.cut(seen.request)
        seen.stays_away(AT_ONCE, when="the connection was lost", sign="hammers")
        seen.goes_on(when="the connection was lost")


@essential(needs=[test_waits_before_it_comes_back, test_comes_back_after_the_end])
def test_waits_after_an_end_too(server: Server) -> None:
    """A server that ends each stream at once, or does not even answer, is not asked at once."""
    if server.real:
        checks.needs_virtual_time()
    seen = watch(server)
    for _ in range(3):
        server.finish(seen.request)
        seen.stays_away(AT_ONCE, when="the stream had ended", sign="hammers")
        seen.comes_back(when="the stream had ended")
        server.cut(seen.request)
        seen.stays_away(AT_ONCE, when="the request was not answered", sign="hammers")
        seen.goes_on(when="the request was not answered")


@essential(needs=[test_waits_before_it_comes_back])
def test_waits_as_long_as_it_is_told(server: Server) -> None:
    """`retry` is the time to wait at least, in milliseconds, from then on (9.2.6)."""
    if server.real:
        checks.needs_virtual_time()
    seen = watch(server)
    seen.send(b"retry: 40000\n\n", event(entry()), takes=1)
    for _ in range(4):
        server.cut(seen.request)
        when = "the connection was lost, and retry had been 40000"
        seen.stays_away(39.75, when=when, sign="own-time")
        seen.goes_on(when=when)


@essential(needs=[test_comes_back_after_a_loss])
def test_a_new_connection_begins_anew(server: Server) -> None:
    """What was unfinished when the connection was lost is no part of the next stream (9.2.6)."""
    given = entries(4)
    half = event(entry("é")).partition(b"\xc3")[0] + b"\xc3"  # in the middle of a character
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    for number, rest in enumerate([half, b"data: {\n", b"event: other\n"], 1):
        server.send(seen.request, rest)
        server.cut(seen.request)
        seen.goes_on(when="the connection was lost")
        seen.send("\ufeff".encode() + event(given[number]), takes=number + 1)
        clients.gives(server, given[: number + 1], unit="entry", sign="carried-over", ends=False)


@essential(needs=[test_comes_back_after_the_end])
def test_an_unfinished_event_is_discarded(server: Server) -> None:
    """What has no blank line behind it when the stream ends is no entry (9.2.6)."""
    given = entries(3)
    rest = event(entry()).rstrip(b"\n")
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    for number, unfinished in enumerate((rest + b"\n", rest), 1):
        server.send(seen.request, unfinished)
        server.finish(seen.request)
        clients.gives(server, given[:number], unit="entry", sign="unfinished", ends=False)
        seen.goes_on(when="the stream had ended")
        seen.send(event(given[number]), takes=number + 1)
        clients.gives(server, given[: number + 1], unit="entry", sign="carried-over", ends=False)


@essential(needs=[test_comes_back_after_a_loss])
def test_no_content_is_the_end(server: Server) -> None:
    """204 says that there is nothing more to come: the generator ends, and asks no more (9.2.3)."""
    given = entries(1)
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    server.cut(seen.request)
    server.respond(seen.comes_back(when="the connection was lost"), status=204)
    server.until(lambda: server.outcome is not None)
    server.advance(0 if server.real else AT_MOST)
    expect(
        seen.requests == 2,
        observed="the answer was 204, and it asked again",
        expected="no further request",
        sign="after-no-content",
    )
    clients.gives(server, given, unit="entry", sign="after-no-content")
    clients.hangs_up(server, when="after status 204")


@essential(needs=[test_asks_for_the_log])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, whatever its body looks like (9.2.3)."""
    refusals.refused(server, clients.call(server, PATH), event(entry()), content_type=TYPE)


@essential(needs=[test_asks_for_the_log])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no log (9.2.3; RFC 9110, 15.4)."""
    request = clients.call(server, PATH)
    refusals.redirected(server, request, event(entry()), content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_log])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no event stream (9.2.3), as a proxy's login page is not."""
    request = clients.call(server, PATH)
    body = b"<!doctype html><title>Log in</title>\n\n" + event(entry())
    server.respond(request, body, headers={"Content-Type": "text/html"})
    clients.fails(server, when="the media type was text/html", sign="type-ignored")


@essential(needs=[test_yields_at_once])
def test_whoever_stops_hangs_up(server: Server) -> None:
    """A caller that stops in the middle leaves no connection and no task behind."""
    seen = watch(server)
    server.send(seen.request, event(entry()))
    server.until(lambda: bool(server.items))
    server.stop()
    clients.hangs_up(server, when="after the caller had stopped")
    clients.never_blocks(server)


@essential(needs=[test_comes_back_after_a_loss])
def test_whoever_is_cancelled_while_it_waits_is_gone(server: Server) -> None:
    """A caller that is cancelled between two connections is heard of no more."""
    seen = watch(server)
    seen.send(event(entry(), retry=5_000), takes=1)
    server.finish(seen.request)  # and not cut: the connection could be kept for the next request
    server.cancel()
    server.until(lambda: server.outcome is not None)
    ended = isinstance(server.outcome, Returned)
    server.advance(0 if server.real else AT_MOST)
    expect(
        seen.requests == 1,
        observed="the caller was cancelled, and it asked again",
        expected="no further request",
        sign="goes-on",
    )
    clients.hangs_up(server, when="after the caller was cancelled")
    expect(
        not ended,
        observed="the caller was cancelled, and the generator ended as if the log had ended",
        expected="an exception, so that whoever has cancelled hears of it",
        sign="swallowed",
    )
    clients.never_blocks(server)


@essential(needs=[test_yields_at_once])
def test_a_slow_caller_slows_the_server_down(fresh_server: Server) -> None:
    """What the caller has not asked for is not read without bound: nothing piles up."""
    server = fresh_server
    request = watch(server).request
    server.send(request, event(entry()))
    server.until(lambda: bool(server.items))
    flood = chunk(event(entry("x" * 4096)) * 64)
    clients.reads_no_further(server, request, flood, unit="entry")


@essential(needs=[test_yields_at_once])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each have a log of their own: they share no parser, id and lock."""
    first, second, third = map(event, given := entries(3))
    seen = watch(server)
    server.send(seen.request, first + second[:40])
    seen.take(1)
    server.items.clear()
    request = callers.joined(server, PATH)
    last = request.headers.get("last-event-id", "")
    expect(
        not last,
        observed=f"a second caller, who had no entry yet, sent Last-Event-ID: {last}",
        expected="no Last-Event-ID",
        sign="between-calls",
    )
    server.begin(request, content_type=SENT)
    server.send(request, third)
    clients.exhaust(server, enough=lambda: bool(server.items))
    clients.gives(server, given[2:], unit="entry", sign="between-calls", ends=False)


@essential(needs=[test_yields_at_once])
def test_memory_does_not_grow(fresh_server: Server) -> None:
    """A log has no end: what has been yielded is forgotten."""
    body = event(entry("x" * 131_072)) * 2
    callers.forgets_what_it_gave(fresh_server, watch(fresh_server).request, body, items=2)


@expert(needs=[test_yields_entries])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    given = entries(1)
    spelt = "Text/Event-Stream ;charset=UTF-8"
    seen = Watch(server, clients.begin(server, PATH, content_type=spelt))
    seen.send(event(given[0]), takes=1)
    seen.gives(given, sign="type-refused")


@good(needs=[test_comes_back_after_a_loss])
def test_keeps_trying(server: Server) -> None:
    """A server that hangs up without an answer is asked again, and where it stopped is kept."""
    given = entries(2)
    seen = watch(server)
    seen.send(event(given[0], retry=SOON), takes=1)
    for _ in range(3):
        server.cut(seen.request)
        seen.comes_back(when="the connection was lost")
        when = f"the last event had the id {id_of(given[0])}"
        seen.resumes_by(id_of(given[0]), when=when, sign="no-last-event-id")
    server.begin(seen.request, content_type=TYPE)
    seen.send(event(given[1]), takes=2)
    seen.gives(given)


@good(needs=[test_waits_out_a_silence, test_comes_back_after_a_loss])
def test_a_dead_connection_is_given_up(server: Server) -> None:
    """A connection on which not even comments come is hung up, and another one takes its place."""
    if server.real:
        checks.needs_virtual_time()
    seen = watch(server)
    seen.send(event(entry()), takes=1)
    dead = seen.request
    for _ in range(5):
        server.advance(120)
        if seen.requests > 1 or server.outcome is not None:
            break
    expect(
        seen.requests > 1 and dead.visit.gone,
        observed=f"nothing came for {server.now - 1000:g} s: {seen.requests} requests, the silent "
        f"connection {'closed' if dead.visit.gone else 'open'}",
        expected="a second request, and the first connection closed",
        sign="waits-for-ever",
    )


@good(needs=[test_says_where_it_stopped])
def test_the_id_of_a_block_without_data_counts(server: Server) -> None:
    """An id is set by every blank line, and stays until another one is set (9.2.6)."""
    given = entries(2)
    seen = watch(server)
    fresh = f"pos-{secrets.token_hex(4)}"
    last = f"data: {json.dumps(given[1])}\n\n".encode()
    seen.send(event(given[0], retry=SOON), last, f"id: {fresh}\n\n".encode(), takes=2)
    server.cut(seen.request)
    seen.goes_on(when="the connection was lost")
    seen.resumes_by(fresh, when=f"the last id was {fresh}, in a block of its own")


@good(needs=[test_says_where_it_stopped])
def test_an_unfinished_id_does_not_count(server: Server) -> None:
    """The id of an event that never ended is discarded with it, or the event would be lost."""
    value = entry()
    seen = watch(server)
    seen.send(event(value, retry=SOON), event(entry()).rstrip(b"\n") + b"\n", takes=1)
    server.cut(seen.request)
    seen.goes_on(when="the connection was lost")
    seen.resumes_by(id_of(value), when="the connection was lost in the middle of an event")


@good(needs=[test_says_where_it_stopped])
def test_an_empty_id_resets(server: Server) -> None:
    """After an empty id there is no Last-Event-ID to send (9.2.4)."""
    seen = watch(server)
    seen.send(event(entry(), retry=SOON), b"id\n\n", takes=1)
    server.cut(seen.request)
    seen.goes_on(when="the connection was lost")
    seen.resumes_by("", when="the last id was empty")


@good(needs=[test_says_where_it_stopped])
def test_an_id_with_null_is_ignored(server: Server) -> None:
    """An id that contains NULL is ignored; it could not be sent back (9.2.6)."""
    given = entries(2)
    seen = watch(server)
    broken = b"id: a\0b\ndata: " + json.dumps(given[1]).encode() + b"\n\n"
    seen.send(event(given[0], retry=SOON), broken, takes=2)
    server.cut(seen.request)
    seen.goes_on(when="the connection was lost")
    seen.resumes_by(id_of(given[0]), when="the second id had contained NULL")
    seen.gives(given)


@good(needs=[test_waits_as_long_as_it_is_told])
def test_a_bad_retry_is_ignored(server: Server) -> None:
    """`retry` is made of ASCII digits: no sign, no point, no underscore, no unit (9.2.6)."""
    if server.real:
        checks.needs_virtual_time()
    given = entries(2)
    seen = watch(server)
    seen.send(event(given[0], retry=15_000), takes=1)
    for bad in ("", "-1", "+1", "1_0", "1.5", "0x1", "soon", "10 ms", " 1", "٣", "²"):
        server.send(seen.request, f"retry: {bad}\n\n".encode())
    seen.send(event(given[1]), takes=2)
    seen.gives(given, sign="loose-fields")
    server.cut(seen.request)
    when = "retry had been 15000, and then no number"
    seen.stays_away(14.75, when=when, sign="loose-fields")
    seen.comes_back(when=when)


@expert(needs=[test_says_where_it_stopped])
def test_an_id_may_be_any_text(server: Server) -> None:
    """An id beyond ASCII goes back as UTF-8, as a browser sends it (9.2.3)."""
    given = entry()
    odd = f"café-📦-{secrets.token_hex(4)}"
    seen = watch(server)
    data = f"retry: {SOON}\nid: {odd}\ndata: {json.dumps(given)}\n\n"
    seen.send(data.encode(), takes=1)
    server.cut(seen.request)
    seen.goes_on(when=f"the last id was {odd}")
    seen.resumes_by(odd, when=f"the last id was {odd}")


@expert(needs=[test_yields_entries])
def test_says_what_it_wants(server: Server) -> None:
    """The request says Accept: text/event-stream, as a browser's does (9.2.3)."""
    clients.accepts(clients.call(server, PATH), TYPE)


@expert(needs=[test_chunks_mean_nothing])
def test_a_line_without_an_end_fills_no_memory(server: Server) -> None:
    """A line of gigabytes, in small pieces, is an error, or not kept."""
    refusals.given_up(server, watch(server).request, b"data: ")
