"""What a client of GET /ai/chat-stream-sse has to do: a reply out of events, and its true end.

The judge is the server. Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from typing import Any, Literal

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.chat_clients import QUESTION, arrives, call, one_get, word
from grader.judge.checks import expect, fail
from grader.judge.server import Server
from grader.judge.visit import Request, chunk

PATH = "/ai/chat-stream-sse"
TYPE = "text/event-stream"
SENT = "text/event-stream; charset=utf-8"  # as Starlette says it
Named = Literal["event", "type", "both"]


def event(kind: str, *, named: Named = "both", end: str = "\n", **fields: Any) -> bytes:
    """An event of this kind, which is named in one of the two places or in both."""
    payload = fields if named == "event" else {"type": kind, **fields}
    first = "" if named == "type" else f"event: {kind}{end}"
    return f"{first}data: {json.dumps(payload, ensure_ascii=False)}{end}{end}".encode()


def events(*contents: str, named: Named = "both", end: str = "\n") -> list[bytes]:
    """A whole reply, of tokens with these contents."""
    tokens = [
        event("token", named=named, end=end, content=content, number=number)
        for number, content in enumerate(contents, 1)
    ]
    return [
        event("start", named=named, end=end),
        *tokens,
        event("complete", named=named, end=end, total=len(contents), finish_reason="stop"),
    ]


def ask(server: Server, **head: str) -> Request:
    """Have a question asked, and answer with the head of a stream."""
    return clients.begin(server, PATH, content_type=SENT, arguments=QUESTION, **head)


def begin(server: Server, *contents: str) -> Request:
    """Have a question asked, answer with these tokens, and have them read; more is to come."""
    text = clients.said(server) + "".join(contents)
    request = call(server, PATH)
    server.begin(request, content_type=TYPE)
    server.send(request, b"".join(events(*contents)[:-1]))
    clients.exhaust(server, enough=lambda: clients.said(server) == text)
    return request


def reply(server: Server, body: bytes) -> Request:
    """Answer a question with a body of one piece, whole or not, and have it read to the end."""
    request = ask(server)
    server.send(request, body)
    server.finish(request)
    clients.exhaust(server)
    return request


def answer(server: Server, request: Request) -> None:
    """Send a whole reply, which the client has to take for what it is."""
    text = word()
    server.begin(request, content_type=SENT)
    server.send(request, b"".join(events(text)))
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text)


def says(server: Server, body: bytes, text: str, *, sign: str) -> None:
    """A stream of `body` gives this text, and then the generator ends."""
    reply(server, body)
    clients.says(server, text, sign=sign)


@essential()
def test_asks_for_the_reply(server: Server) -> None:
    """It sends one GET request, with the prompt as a parameter."""
    one_get(server, PATH)


@essential(needs=[test_asks_for_the_reply])
def test_any_prompt_arrives(server: Server) -> None:
    """The prompt arrives as it was given: with &, #, +, % and spaces in it, also at its ends."""
    arrives(server, PATH, f"what is a&b #1 + 50%? {word()}", sign="query")
    arrives(server, PATH, f"  if {word()}:\n    return  \n", sign="prompt")


@essential(needs=[test_asks_for_the_reply])
def test_yields_the_reply(server: Server) -> None:
    """The contents of the tokens are yielded: joined, they are the reply."""
    contents = ["Streaming", " is", f" {word()}", "."]
    says(server, b"".join(events(*contents)), "".join(contents), sign="chunks")


@essential(needs=[test_yields_the_reply])
def test_yields_at_once(server: Server) -> None:
    """A content is yielded as soon as its event is complete, before the next one is sent."""
    request = ask(server)
    server.send(request, event("start"))
    text = ""
    for number in range(1, 6):
        content = f"{word()} "
        text += content
        server.send(request, event("token", content=content, number=number))
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        if clients.said(server) != text:
            had, more = clients.said(server), event("token", content=".", number=number + 1)
            fail(
                observed=f"token {number} was there, and the caller had {clients.shown(had)}",
                expected=clients.shown(text),
                sign=clients.lateness(server, request, more, count=lambda: len(server.items)),
            )
    callers.never_waits(server)


@essential(needs=[test_yields_the_reply])
def test_kinds_have_a_name_in_either_place(server: Server) -> None:
    """The kind of an event may be in `event:` alone, in the JSON's `type` alone, or in both."""
    text = ""
    ways: list[Named] = ["event", "type", "both"]
    for named in ways:
        contents = [word(), f" {word()}"]
        text += "".join(contents)
        request = call(server, PATH)
        server.begin(request, content_type=TYPE)
        server.send(request, b"".join(events(*contents, named=named)))
        server.finish(request)
        clients.exhaust(server)
        clients.says(server, text, sign="kind")


@essential(needs=[test_yields_the_reply])
def test_chunks_mean_nothing(server: Server) -> None:
    """A stream that comes byte by byte gives the same reply: inside of lines and characters."""
    text = f"naïve {word()} 🥨"
    request = ask(server)
    for byte in b"".join(events(text)):
        server.send(request, bytes([byte]))
        clients.keep_asking(server)
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text, sign="chunks")


@essential(needs=[test_yields_the_reply])
def test_every_line_end(server: Server) -> None:
    """Lines may end with LF, CRLF and CR, also where a chunk ends inside of CRLF (9.2.5)."""
    for end in ("\n", "\r\n", "\r"):
        before, content = clients.said(server), word()
        request = call(server, PATH)
        server.begin(request, content_type=TYPE)
        for piece in re.split(b"(\r)", b"".join(events(content, " there", end=end))):
            server.send(request, piece)
            clients.keep_asking(server)
        server.finish(request)
        clients.exhaust(server)
        clients.says(server, f"{before}{content} there", sign="line-ends")


@essential(needs=[test_yields_the_reply])
def test_only_line_ends_end_lines(server: Server) -> None:
    """U+2028, U+0085 and their like are characters of the data, and end no line (9.2.5)."""
    text = f"line\u2028separator\u0085next\u2029{word()}"
    says(server, b"".join(events(text)), text, sign="unicode-lines")


@essential(needs=[test_yields_the_reply])
def test_the_fields_of_an_event(server: Server) -> None:
    """One space behind the colon may be there, and data lines are joined by LF (9.2.6).

    Comments, other fields and a byte order mark at the very beginning are no part of the data.
    """
    content = word()
    token = json.dumps({"type": "token", "content": content})
    pretty = json.dumps(json.loads(token), indent=1).replace("\n", "\ndata: ")
    others = "id: 1\nretry: 3000\nunknown: field\ndatabase: field\nno colon\n: comment\n"
    for body, sign in (
        (f"\ufeffdata: {token}\n\n", "byte-order-mark"),
        (f"\ufeff: welcome\ndata: {token}\n\n", "byte-order-mark"),
        (f"data:{token}\nevent:token\n\n", "loose-fields"),
        (f": in front\n{others}data: {token}\n{others}\n", "loose-fields"),
        (f"event: token\ndata: {pretty}\n\n", "fields"),
    ):
        server.items.clear()
        says(server, body.encode() + event("complete", total=1), content, sign=sign)


@essential(needs=[test_yields_the_reply])
def test_what_has_no_data_is_no_event(server: Server) -> None:
    """Comments, and blocks with an id, a retry or a type alone, are nothing (9.2.6)."""
    start, first, second, complete = events(word(), word())
    body = b": ping\n\n" + start + first + b"id: 7\n\n: ping\n\nevent: error\n\n\n\n"
    text = "".join(json.loads(each.partition(b"data: ")[2])["content"] for each in (first, second))
    says(server, body + second + b"retry: 10\n\n" + complete, text, sign="no-data")


@essential(needs=[test_yields_the_reply])
def test_tokens_alone_are_text(server: Server) -> None:
    """Events of other kinds are ignored, whatever they hold, and so are fields beyond content."""
    first, second = word(), f" {word()}"
    body = [
        event("start", content="assistant", model="m-1"),
        event("role", named="type", content="assistant"),
        event("token", content=first, number=1, role="assistant", logprobs=None, usage={}),
        event("thinking", named="event", content="hm", number=2),
        event("token", named="type", content=second, number=2, delta={"content": "no"}),
        event("usage", content="2 tokens", total=99),
        event("complete", total=2, content=".", usage={"tokens": 2}),
    ]
    says(server, b"".join(body), first + second, sign="other-types")


@essential(needs=[test_yields_the_reply])
def test_white_space_is_text(server: Server) -> None:
    """Spaces and line breaks arrive as they are, alone and at both ends, too."""
    contents = ["\n\n ", f"def {word()}():", "\r\n", "\t", "  ", "", "return 1", "\n", "\n", " \n"]
    says(server, b"".join(events(*contents)), "".join(contents), sign="white-space")


@essential(needs=[test_yields_at_once])
def test_complete_is_the_end(server: Server) -> None:
    """At `complete` the generator ends, though the connection is open and [DONE] comes behind."""
    content = word()
    request = ask(server)
    server.send(request, b"".join(events(content)) + b"data: [DONE]\n\n")
    clients.exhaust(server)
    clients.says(server, content, sign="reads-on", ends=False)
    expect(
        server.outcome is not None,
        observed="the reply was complete, and it waited for more",
        expected="an end at `complete`",
        sign="reads-on",
    )
    clients.hangs_up(server, when="after `complete`")


@essential(needs=[test_yields_at_once])
def test_an_end_without_complete_is_an_error(server: Server) -> None:
    """A stream that ends in good order, but before `complete`, is no reply, and not asked twice."""
    when = "the stream ended without `complete`"
    for number, contents in enumerate(([word(), word()], []), 1):
        reply(server, b"".join(events(*contents)[:-1]))
        clients.fails_at_once(server, when=when, sign="no-complete", sent=number)


@essential(needs=[test_an_end_without_complete_is_an_error])
def test_an_unfinished_complete_is_discarded(server: Server) -> None:
    """A `complete` that has no blank line behind it when the stream ends is no event (9.2.6)."""
    rest = b"".join(events(word())).rstrip(b"\n")
    for unfinished in (rest + b"\n", rest):
        reply(server, unfinished)
        clients.fails(server, when="`complete` was cut off", sign="unfinished")


@essential(needs=[test_yields_at_once])
def test_a_stream_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost in the middle is no end, and the reply is not asked for again."""
    moments: tuple[tuple[str, Callable[[], Request]], ...] = (
        ("before there was an answer", lambda: call(server, PATH)),
        ("before the first token", lambda: begin(server)),
        ("behind a token", lambda: begin(server, word())),
    )
    for number, (moment, begun) in enumerate(moments, 1):
        server.cut(begun())
        clients.exhaust(server)
        when = f"the connection was lost {moment}"
        clients.fails_at_once(server, when=when, sign="cut-ignored", sent=number)


@essential(needs=[test_yields_at_once])
def test_a_silence_is_no_end(server: Server) -> None:
    """Whoever gives up on a model that says nothing more raises, and does not ask again."""
    if server.real:
        checks.needs_virtual_time()
    begin(server, word())
    clients.exhaust(server)
    clients.outlasts(server, when="a token had come", sent=1)


@essential(needs=[test_yields_at_once])
def test_an_error_event_is_an_error(server: Server) -> None:
    """`error` is an exception for the caller, at once and wherever the event has its name."""
    ways: list[Named] = ["event", "type", "both"]
    for named in ways:
        request = begin(server, word())
        text = clients.said(server)
        server.send(request, event("error", named=named, message="the model broke off"))
        clients.exhaust(server)
        clients.fails(server, when="the model had failed", sign="error-ignored")
        expect(
            clients.said(server) == text,
            observed=f"the model had failed, and the reply: {clients.shown(clients.said(server))}",
            expected=clients.shown(text),
            sign="error-ignored",
        )


@essential(needs=[test_asks_for_the_reply])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 is an error that the caller sees, whatever its body looks like."""
    body = b"".join(events(word()))
    refusals.refused_once(server, call(server, PATH), body, content_type=TYPE)


@essential(needs=[test_asks_for_the_reply])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its body is no reply (RFC 9110, 15.4)."""
    body = b"".join(events(word()))
    request = call(server, PATH)
    refusals.redirected(server, request, body, content_type=TYPE, answer=answer)


@essential(needs=[test_asks_for_the_reply])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no event stream (9.2.3), as a proxy's login page is not."""
    body = b"<!doctype html><title>Log in</title>\n\n" + b"".join(events(word()))
    request = call(server, PATH)
    server.respond(request, body, headers={"Content-Type": "text/html"})
    clients.exhaust(server)
    clients.fails(server, when="the media type was text/html", sign="type-ignored")


@essential(needs=[test_yields_at_once])
def test_waits_while_the_model_thinks(server: Server) -> None:
    """Almost half a minute is waited out, in front of the first token and behind it."""
    if server.real:
        checks.needs_virtual_time()
    request = ask(server)
    server.send(request, event("start"))
    text = ""
    for number in (1, 2):
        server.advance(10)  # httpx gives up after five
        sign = "gave-up" if server.outcome else "impatient"
        server.advance(19)
        content = word()
        text += content
        server.send(request, event("token", content=content, number=number))
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        clients.says(server, text, sign=sign, ends=False)


@essential(needs=[test_yields_at_once])
def test_whoever_stops_hangs_up(server: Server) -> None:
    """A caller that stops in the middle leaves no connection behind, so the model can stop."""
    begin(server, word())
    server.stop()
    clients.hangs_up(server, when="after the caller had stopped")


@essential(needs=[test_yields_the_reply])
def test_nothing_blocks_the_loop(server: Server) -> None:
    """Whatever else the program does goes on while the reply is read."""
    content = word()
    says(server, b"".join(events(content)), content, sign="differs")
    clients.never_blocks(server)


@essential(needs=[test_yields_at_once])
def test_a_slow_caller_slows_the_server_down(fresh_server: Server) -> None:
    """What the caller has not asked for is not read without bound: nothing piles up."""
    server = fresh_server
    request = begin(server, word())
    flood = event("token", content="x" * 4096, number=2)
    clients.reads_no_further(server, request, chunk(flood * 64), unit="token")


@essential(needs=[test_yields_at_once])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each get their own reply: they share no parser and no lock."""
    text = f"of the second {word()}"
    half = event("start") + event("token", content="of the first", number=1)[:-20]
    bodies = half, b"".join(events(text))
    callers.are_kept_apart(
        server, PATH, bodies, content_type=SENT, given=[text], arguments=QUESTION
    )


@good(needs=[test_an_error_event_is_an_error])
def test_the_error_says_what_the_server_said(server: Server) -> None:
    """The message of an error event is in the exception: whoever reads the log wants to know."""
    message = f"the model broke off ({word()})"
    request = begin(server, word())
    server.send(request, event("error", message=message))
    clients.exhaust(server)
    raised = clients.fails(server, when="the model had failed", sign="error-ignored")
    expect(
        message in raised.text,
        observed=str(raised),
        expected=f"an exception that says: {message}",
        sign="message-lost",
    )


@expert(needs=[test_yields_the_reply])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    request, text = call(server, PATH), word()
    server.begin(request, content_type="Text/Event-Stream ;charset=UTF-8")
    server.send(request, b"".join(events(text)))
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text, sign="type-refused")


@good(needs=[test_yields_the_reply])
def test_an_empty_reply_is_a_reply(server: Server) -> None:
    """A model that has nothing to say is no error: `start`, `complete`, and no text."""
    says(server, b"".join(events()), "", sign="empty-refused")


@good(needs=[test_yields_the_reply])
def test_keeps_to_the_time_of_a_connection(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    call(server, PATH)
    clients.gives_up(server)


@essential(needs=[test_yields_at_once])
def test_a_caller_that_is_cancelled_hangs_up(server: Server) -> None:
    """Cancelled while it waits for a token, it hangs up, and does not end as a whole reply does."""
    begin(server, word())
    clients.exhaust(server)
    clients.is_cancelled(server, when="the caller was cancelled")


@good(needs=[test_every_line_end, test_yields_at_once])
def test_cr_ends_an_event_at_once(server: Server) -> None:
    """Where lines end with CR, an event is complete at its last one: no LF need follow (9.2.5)."""
    content = word()
    request = ask(server)
    server.send(request, event("token", end="\r", content=content, number=1))
    clients.exhaust(server, enough=lambda: bool(server.items))
    clients.says(server, content, sign="line-ends", ends=False)


@good(needs=[test_yields_at_once])
def test_a_compressed_stream_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip, and still yields each content as it arrives."""
    request = call(server, PATH)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    packer = zlib.compressobj(wbits=31)
    text = ""
    for number in (1, 2, 3):
        text += "é"
        data = event("token", content="é", number=number)
        server.send(request, packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        clients.says(server, text, sign="compressed", ends=False)


@expert(needs=[test_an_end_without_complete_is_an_error])
def test_counts_the_tokens(server: Server) -> None:
    """`complete` says how many tokens there were; where one is missing, the reply is not whole."""
    start, first, _, third, complete = events(word(), word(), word())
    reply(server, start + first + third + complete)
    when = "`complete` told of three tokens, and two had come"
    clients.fails(server, when=when, sign="total-ignored")


@expert(needs=[test_yields_the_reply])
def test_says_what_it_wants(server: Server) -> None:
    """The request says Accept: text/event-stream, as a browser's does (9.2.3)."""
    clients.accepts(call(server, PATH), TYPE)


@expert(needs=[test_chunks_mean_nothing])
def test_a_line_without_an_end_fills_no_memory(server: Server) -> None:
    """A line of gigabytes, in small pieces, is an error, or not kept."""
    refusals.given_up(server, ask(server), b"data: ")
