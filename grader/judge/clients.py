"""What several suites of clients look for in the same way. See `checks` for those of endpoints."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.judge.checks import expect, fail
from grader.judge.evidence import clipped
from grader.judge.script import counted, several
from grader.judge.server import Raised, Returned, Server
from grader.judge.visit import Request


def asked(server: Server, path: str, *, number: int = 1) -> Request:
    """The request of that number, from 1, which is for `path`."""
    request = server.request(number)
    if request is None:
        fail(
            observed=_nothing(server, number),
            expected=f"GET {path}",
            sign="no-request",
        )
    expect(
        request.path == path,
        observed=f"{request.method} {request.target}",
        expected=f"GET {path}",
        sign="request",
    )
    return request


def call(server: Server, path: str, **arguments: Any) -> Request:
    """Call a generator, ask it for its first item, and give the request that it sends."""
    number = len(server.requests) + 1
    server.call(**arguments)
    server.next()
    return asked(server, path, number=number)


def begin(
    server: Server,
    path: str,
    *,
    content_type: str,
    arguments: Mapping[str, Any] | None = None,
    **head: str,
) -> Request:
    """Call a generator, ask it for its first item, and answer its request with a head."""
    request = call(server, path, **(arguments or {}))
    server.begin(request, content_type=content_type, status=200, **head)
    return request


def exhaust(
    server: Server, *, most: int = 1000, enough: Callable[[], bool] = lambda: False
) -> None:
    """Ask a generator for items until it ends, fails, waits for more to come, or it is `enough`."""
    for _ in range(most):
        if server.outcome is not None or enough():
            return
        keep_asking(server)
        if not server.until(lambda: not _waits(server)):
            return


def keep_asking(server: Server) -> None:
    """Ask a generator for its next item, unless that has been done."""
    if not _waits(server):
        server.next()


def _waits(server: Server) -> bool:
    return server.outcome is None and server.asked > len(server.items)


def gives(
    server: Server, given: Sequence[Any], *, unit: str, sign: str = "differs", ends: bool = True
) -> None:
    """The items are these, in order, and nothing else; with `ends`, the generator has ended."""
    if isinstance(server.outcome, Raised) and "UnicodeDecodeError" in server.outcome.types:
        sign = "split-characters"
    for number, (got, value) in enumerate(zip(server.items, given, strict=False), 1):
        expect(
            got == value,
            observed=f"{unit} {number}: {shown(got)}",
            expected=shown(value),
            sign=_sign_of(got, value) or sign,
        )
    expect(
        not server.reused,
        observed=f"the same object for one {unit} after the other, each time with other contents",
        expected=f"an object of its own for each {unit}: a caller may keep them all",
        sign="same-object",
    )
    failed = f", and then {server.outcome}" if isinstance(server.outcome, Raised) else ""
    expect(
        len(server.items) == len(given) and not failed,
        observed=f"{len(server.items)} of {len(given)} {several(unit)}{failed}",
        expected=counted(len(given), unit),
        sign=sign,
    )
    if ends:
        expect(
            isinstance(server.outcome, Returned),
            observed=f"{counted(len(given), unit)}, and then it waited for more",
            expected="an end, when the body has ended",
            sign="never-ends",
        )


def said(server: Server) -> str:
    """What a generator of text has given so far."""
    return "".join(item if isinstance(item, str) else shown(item) for item in server.items)


def says(server: Server, text: str, *, sign: str = "differs", ends: bool = True) -> None:
    """What was given so far is this text; with `ends`, the generator has ended."""
    raised = server.outcome if isinstance(server.outcome, Raised) else None
    if sign == "compressed":
        pass  # whatever it looks like: it was not unpacked
    elif (raised and "UnicodeDecodeError" in raised.types) or "\ufffd" in said(server):
        sign = "split-characters"
    elif not all(isinstance(item, str) for item in server.items):
        sign = "text"
    elif (
        not raised
        and said(server).split()
        and "".join(said(server).split()) == "".join(text.split())
    ):
        sign = "white-space"
    expect(
        said(server) == text and not raised,
        observed=shown(said(server)) + (f", and then {raised}" if raised else ""),
        expected=shown(text),
        sign=sign,
    )
    if ends:
        expect(
            server.outcome is not None,
            observed="all of the text, and then it waited for more",
            expected="an end, when the reply has ended",
            sign="never-ends",
        )


def fails(server: Server, *, when: str, sign: str) -> Raised:
    """It has raised: what it was given cannot be taken for a result."""
    server.until(lambda: server.outcome is not None)
    if not isinstance(server.outcome, Raised):
        how = f"returned {shown(server.outcome.value)}" if server.outcome else "waited on"
        fail(
            observed=f"{when}, and it {how}",
            expected="an exception, so that the caller knows",
            sign=sign,
        )
    return server.outcome


def outlasts(server: Server, *, when: str, sent: int | None = None) -> None:
    """Nothing comes for an hour: whoever does not wait that long raises, as at any other loss.

    With `sent`, no more than so many requests are sent.
    """
    server.advance(3600)
    if sent is not None:
        asks_once(server, when=f"{when}, and nothing came for an hour", sent=sent)
    if server.outcome is not None:
        fails(server, when=f"{when}, and nothing came for an hour", sign="cut-ignored")


def is_cancelled(server: Server, *, when: str) -> None:
    """It hangs up, and the one who has cancelled it hears that: nothing has come to its end."""
    server.cancel()
    hangs_up(server, when=f"after {when}")
    fails(server, when=when, sign="swallowed")


def lateness(server: Server, request: Request, more: bytes, *, count: Callable[[], int]) -> str:
    """The sign of an item that did not come with its event. `more` is another event.

    It comes with the next one, or with so many, or with the end.
    """
    had = count()
    for sign, events in (("one-behind", more), ("batches", more * (65_536 // len(more)))):
        server.send(request, events)
        if server.until(lambda: count() > had):
            return sign
    return "late"


def fails_at_once(server: Server, *, when: str, sign: str, sent: int = 1) -> Raised:
    """It has raised, and has sent no more than `sent` requests, nor does so within a minute."""
    if not server.real:
        server.advance(60)
    server.until(lambda: server.outcome is not None or len(server.requests) > sent)
    asks_once(server, when=when, sent=sent)
    return fails(server, when=when, sign=sign)


def asks_once(server: Server, *, when: str, sent: int) -> None:
    """No more than `sent` requests were sent."""
    expect(
        len(server.requests) == sent,
        observed=f"{when}, and it asked again",
        expected="an exception, and the caller's own decision to pay a second time",
        sign="retried",
    )


def gives_up(server: Server) -> None:
    """A server that has fallen silent for an hour is given up, and the caller knows of it.

    Whoever returned has given up as well, and has kept it to itself.
    """
    server.advance(3600)
    sign = "waits-for-ever" if server.outcome is None else "cut-ignored"
    fails(server, when="the server did not answer for an hour", sign=sign)


def hangs_up(server: Server, *, when: str) -> None:
    """Every connection is closed by the client, and no task of it is left."""
    server.until(lambda: all(visit.gone or visit.closed for visit in server.visits))
    left = sum(not visit.gone and not visit.closed for visit in server.visits)
    expect(
        not left,
        observed=f"{left} connection{'s' if left > 1 else ''} still open {when}",
        expected="every connection closed",
        sign="connection-left",
    )
    tasks = server.tasks_left()
    expect(
        not tasks,
        observed=f"still running {when}: {', '.join(tasks)}",
        expected="no task of this call",
        sign="tasks",
    )


def reads_no_further(server: Server, request: Request, flood: bytes, *, unit: str) -> None:
    """Of a body that never ends, no more is read than a few buffers hold. `flood` is one chunk."""
    for _ in range(64):
        before = request.visit.sent
        server.raw(request, flood)
        if request.visit.sent == before:
            break
    expect(
        request.visit.sent < 8 << 20,
        observed=f"{request.visit.sent:,} bytes were read, of which the caller had asked for one "
        f"{unit}",
        expected="reading that stops while the caller does not ask",
        sign="reads-ahead",
    )


def accepts(request: Request, media_type: str) -> None:
    """The request names the media type that it wants."""
    accept = request.headers.get("accept", "")
    named = {each.partition(";")[0].strip().lower() for each in accept.split(",")}
    expect(
        media_type in named,
        observed=f"Accept: {accept}" if accept else "no Accept header",
        expected=f"Accept: {media_type}",
        sign="header",
    )


def never_blocks(server: Server) -> None:
    """Nothing has blocked the event loop's own thread so far."""
    trouble = server.log.first("slept")
    expect(
        trouble is None,
        observed=trouble.text if trouble else "",
        expected="an event loop that is free to do other things meanwhile",
        sign="blocked",
    )


def _sign_of(got: Any, value: Any) -> str:
    """How an item looks that is not what was given, if that tells of itself what is wrong."""
    if "\ufffd" in str(got):
        return "split-characters"
    with contextlib.suppress(ValueError):
        if isinstance(got, str) and json.loads(got) == value:
            return "text-of-json"
    return ""


def shown(value: Any) -> str:
    """A value as a report shows it."""
    return clipped(json.dumps(value, ensure_ascii=False))


def _nothing(server: Server, number: int) -> str:
    if isinstance(server.outcome, Raised):
        return f"no request, and then {server.outcome}"
    if server.misfit:
        return f"no request, and a value of type {server.misfit}"
    malformed = next((visit.malformed for visit in server.visits if visit.malformed), "")
    if malformed:
        return malformed
    return f"{len(server.requests)} of {number} requests" if number > 1 else "no request"
