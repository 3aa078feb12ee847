"""What a client of GET /ai/chat-stream has to do: text as it arrives, and nothing lost of it.

The judge is the server.
"""

from __future__ import annotations

import zlib

from grader.judge import callers, checks, clients, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.chat_clients import QUESTION, arrives, call, one_get, word
from grader.judge.checks import fail
from grader.judge.server import Server
from grader.judge.visit import Request, chunk, head

PATH = "/ai/chat-stream"
TYPE = "text/plain; charset=utf-8"
PAUSE = 29  # seconds: a model may think for half a minute


def ask(server: Server, **head: str) -> Request:
    """Have a question asked, and answer with the head of a reply."""
    return clients.begin(server, PATH, content_type=TYPE, arguments=QUESTION, **head)


def reply(server: Server, body: bytes) -> None:
    """Answer a question with the whole of `body` in one piece, and have it read to the end."""
    request = ask(server)
    server.send(request, body)
    server.finish(request)
    clients.exhaust(server)


def answer(server: Server, request: Request) -> None:
    """Send a whole reply, which the client has to take for what it is."""
    text = word()
    server.begin(request, content_type=TYPE)
    server.send(request, text.encode())
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text)


@essential()
def test_asks_for_the_reply(server: Server) -> None:
    """It sends one GET request, with the prompt as a parameter."""
    one_get(server, PATH)


@essential(needs=[test_asks_for_the_reply])
def test_any_prompt_arrives(server: Server) -> None:
    """The prompt arrives as it was given: with &, #, +, % and spaces in it."""
    arrives(server, PATH, f"what is a&b #1 + 50%? {word()}", sign="query")


@essential(needs=[test_asks_for_the_reply])
def test_a_prompt_is_not_trimmed(server: Server) -> None:
    """Line breaks, indentation and emoji of a prompt arrive, too."""
    arrives(server, PATH, f"  def {word()}():\n\treturn '🥨=?/\\'\n\n", sign="prompt")


@essential(needs=[test_asks_for_the_reply])
def test_yields_the_reply(server: Server) -> None:
    """What is yielded is the reply, if it is joined, and then the generator ends."""
    text = f"Streaming is {word()}."
    reply(server, text.encode())
    clients.says(server, text)


@essential(needs=[test_yields_the_reply])
def test_yields_at_once(server: Server) -> None:
    """What has come is yielded before more is sent, whether a line has ended or not."""
    request = ask(server)
    text = ""
    for piece in ("Streaming", " ", "is", f" {word()}", " — naïve", " 🥨", " and", " simple"):
        text += piece
        server.send(request, piece.encode())
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        given = clients.said(server)
        if given != text:
            fail(
                observed=f"{clients.shown(text)} was sent, and the caller had "
                f"{clients.shown(given)}",
                expected="all of it, before more is sent",
                sign=_sign_of(server, request, text),
            )
    callers.never_waits(server)


def _sign_of(server: Server, request: Request, text: str) -> str:
    """How text looks that was held back: was it white space, or did it wait for a line's end?"""
    given = clients.said(server)
    if given.split() and "".join(given.split()) == "".join(text.split()):
        return "white-space"
    server.send(request, b"\n")
    clients.exhaust(server)
    return "by-line" if clients.said(server) != given else "late"


@essential(needs=[test_yields_the_reply])
def test_characters_stay_whole(server: Server) -> None:
    """A reply that comes byte by byte is the same reply: characters of several bytes are whole."""
    text = f"naïve café — {word()} 🥨 日本語 👩‍💻!"
    request = ask(server)
    for byte in text.encode():
        server.send(request, bytes([byte]))
        clients.keep_asking(server)
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text, sign="split-characters")


@essential(needs=[test_yields_the_reply])
def test_white_space_is_text(server: Server) -> None:
    """Spaces, tabs and line breaks arrive as they are, alone and at both ends, too."""
    pieces = [
        "\n\n ",
        f"def {word()}():",
        "\r\n",
        "\t",
        "  ",
        "return 1",
        "\n",
        "\n",
        "\u2028",
        " \n",
    ]
    request = ask(server)
    for piece in pieces:
        server.send(request, piece.encode())
        clients.keep_asking(server)
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, "".join(pieces), sign="white-space")


@essential(needs=[test_yields_at_once])
def test_waits_while_the_model_thinks(server: Server) -> None:
    """29 silent seconds are waited out, in front of the first token and of every other one."""
    if server.real:
        checks.needs_virtual_time()
    request = call(server, PATH)
    server.advance(PAUSE)
    server.begin(request, content_type=TYPE)
    text = ""
    for _ in range(5):
        piece = word()
        text += piece
        server.send(request, piece.encode())
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        clients.keep_asking(server)
        server.advance(PAUSE)
    clients.says(server, text, sign="gave-up", ends=False)


@essential(needs=[test_asks_for_the_reply])
def test_an_error_status_is_an_error(server: Server) -> None:
    """An error status is one that the caller sees at once, and its text is no reply."""
    for status in (503, 404, 429, 502):
        request = call(server, PATH)
        refusals.refused_once(server, request, b"try again", content_type=TYPE, status=status)


@essential(needs=[test_asks_for_the_reply])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its text is no reply (RFC 9110, 15.4)."""
    request = call(server, PATH)
    refusals.redirected(server, request, b"it has moved", content_type=TYPE, answer=answer)


@essential(needs=[test_yields_at_once])
def test_a_reply_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost in the middle is no end, and the reply is not asked for again.

    A chunked body lacks its last chunk then; another one is shorter than its Content-Length.
    """
    framings = ({"Transfer-Encoding": "chunked"}, {"Content-Length": "1000"})
    for sent, framing in enumerate(framings, 1):
        request = call(server, PATH)
        text = word().encode()
        body = chunk(text) if "Transfer-Encoding" in framing else text
        server.raw(request, head(200, {"Content-Type": TYPE, **framing}) + body)
        clients.keep_asking(server)
        server.cut(request)
        clients.exhaust(server)
        when = "the connection was lost in the middle of a reply"
        clients.fails_at_once(server, when=when, sign="cut-ignored", sent=sent)


@essential(needs=[test_a_reply_that_breaks_off_is_an_error])
def test_nothing_is_asked_for_twice(server: Server) -> None:
    """Whatever is lost, and whenever, before the first token too, nothing is asked for again.

    A server that falls silent has not ended its reply, either.
    """
    first = word().encode()
    for number, begun in enumerate((None, b"", first), 1):
        _begin(server, begun)
        server.cut(server.requests[-1])
        clients.exhaust(server)
        when = "the connection was lost" + ("" if begun else " before the first token")
        clients.fails_at_once(server, when=when, sign="cut-ignored", sent=number)
    for number, begun in enumerate((None, b"", first), 4):
        if server.real:
            return
        _begin(server, begun)
        when = "the first token had come" if begun else "no token had come yet"
        clients.outlasts(server, when=when, sent=number)


def _begin(server: Server, begun: bytes | None) -> None:
    """Have a question asked, and answer with no head, with nothing behind it, or with a token."""
    request = call(server, PATH)
    if begun is None:
        return
    server.begin(request, content_type=TYPE)
    if begun:
        server.send(request, begun)
        clients.exhaust(server, enough=lambda: clients.said(server).endswith(begun.decode()))
        clients.keep_asking(server)


@essential(needs=[test_yields_at_once])
def test_whoever_stops_hangs_up(server: Server) -> None:
    """A caller that stops in the middle leaves no connection behind, so the model can stop."""
    request = ask(server)
    server.send(request, word().encode())
    server.until(lambda: bool(server.items))
    server.stop()
    clients.hangs_up(server, when="after the caller had stopped")


@essential(needs=[test_yields_the_reply])
def test_the_end_leaves_nothing_behind(server: Server) -> None:
    """When the reply has ended, the connection is closed, and nothing has blocked the loop."""
    text = word()
    reply(server, text.encode())
    clients.says(server, text)
    clients.hangs_up(server, when="after the end of the reply")
    clients.never_blocks(server)


@essential(needs=[test_yields_at_once])
def test_a_slow_caller_slows_the_server_down(fresh_server: Server) -> None:
    """What the caller has not asked for is not read without bound: nothing piles up."""
    server = fresh_server
    request = ask(server)
    server.send(request, word().encode())
    server.until(lambda: bool(server.items))
    clients.reads_no_further(server, request, chunk(b"lorem ipsum " * 20_000), unit="piece of text")


@essential(needs=[test_yields_at_once])
def test_callers_are_kept_apart(server: Server) -> None:
    """Two callers at once each get their own reply: they share no decoder and no lock."""
    text = f"naïve {word()}"
    bodies = "café 🥨".encode()[:-2], text.encode()
    callers.are_kept_apart(
        server, PATH, bodies, content_type=TYPE, given=[text], arguments=QUESTION
    )


@good(needs=[test_a_prompt_is_not_trimmed])
def test_an_empty_prompt_is_a_prompt(server: Server) -> None:
    """A prompt without a character arrives as well: what to make of it is the server's business."""
    arrives(server, PATH, "", sign="prompt")


@good(needs=[test_yields_the_reply])
def test_half_a_character_at_the_end_is_an_error(server: Server) -> None:
    """A reply that ends inside a character is not whole, and does not pass for it."""
    reply(server, word().encode() + "🥨".encode()[:2])
    when = "the reply ended inside a character"
    clients.fails(server, when=when, sign="half-character")


@good(needs=[test_asks_for_the_reply])
def test_another_media_type_is_an_error(server: Server) -> None:
    """A page with status 200 is no reply, as a proxy's login page is not."""
    request = call(server, PATH)
    body = b"<!doctype html><title>Log in</title>"
    server.respond(request, body, headers={"Content-Type": "text/html"})
    clients.exhaust(server)
    clients.fails(server, when="the media type was text/html", sign="type-ignored")


@expert(needs=[test_yields_the_reply])
def test_the_media_type_may_be_spelt_otherwise(server: Server) -> None:
    """A media type is the same in capitals, and with parameters (RFC 9110, 8.3.1)."""
    request, text = call(server, PATH), word()
    server.begin(request, content_type="Text/Plain ;charset=UTF-8")
    server.send(request, text.encode())
    server.finish(request)
    clients.exhaust(server)
    clients.says(server, text, sign="type-refused")


@good(needs=[test_yields_the_reply])
def test_an_empty_reply_is_a_reply(server: Server) -> None:
    """A model that has nothing to say is no error: there is no text, and an end."""
    reply(server, b"")
    clients.says(server, "", sign="empty-refused")


@good(needs=[test_yields_the_reply])
def test_keeps_to_the_time_of_a_connection(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    call(server, PATH)
    clients.gives_up(server)


@good(needs=[test_yields_at_once])
def test_a_caller_that_is_cancelled_hangs_up(server: Server) -> None:
    """Cancelled while it waits for the next token, it closes the connection, too."""
    request = ask(server)
    server.send(request, word().encode())
    clients.exhaust(server)
    server.cancel()
    clients.hangs_up(server, when="after the caller had been cancelled")


@good(needs=[test_yields_at_once])
def test_a_compressed_reply_is_decoded(server: Server) -> None:
    """If it accepts gzip, it decodes gzip, and still yields each piece as it arrives."""
    request = call(server, PATH)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    server.begin(request, content_type=TYPE, Content_Encoding="gzip")
    packer = zlib.compressobj(wbits=31)
    text = ""
    for piece in (word(), " é", word()):
        text += piece
        server.send(request, packer.compress(piece.encode()) + packer.flush(zlib.Z_SYNC_FLUSH))
        clients.exhaust(server, enough=lambda t=text: clients.said(server) == t)  # type: ignore[misc]
        clients.says(server, text, sign="compressed", ends=False)


@expert(needs=[test_yields_the_reply])
def test_what_is_no_utf8_is_an_error(server: Server) -> None:
    """Bytes that are no UTF-8 are not replaced in silence: the caller is told."""
    reply(server, b"caf\xe9 " + word().encode())
    clients.fails(server, when="the reply was not UTF-8", sign="half-character")
