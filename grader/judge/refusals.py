"""How a client takes what is no answer: an error, a redirect, a busy server, a line without an end.

Whoever asks again by itself may do so, within reason: in the end the caller has what was asked for,
or an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.judge import checks, clients
from grader.judge.checks import expect
from grader.judge.server import Server
from grader.judge.visit import Request

MIB = 1 << 20
LONGEST = MIB  # bytes, of what a stub calls too long for a line
_RETRY_AFTER = 120  # seconds
_PAUSE = 60  # seconds in which a client that asks again by itself has done so
_TRIES = 20
_LABOUR = 1.5  # seconds of processor time in which a line is read, however slowly

Answer = Callable[[Server, Request], None]  # sends what was asked for, and looks at what came of it


def refused(
    server: Server, request: Request, decoy: bytes, *, content_type: str, status: int = 503
) -> None:
    """Each request gets an error whose body looks like an answer: the caller sees an error."""
    for _ in range(_TRIES):
        _refuse(server, request, decoy, status=status, headers={"Content-Type": content_type})
        if server.outcome is None and not server.real:
            server.advance(_PAUSE)
        if server.outcome is not None or server.requests[-1] is request:
            break
        request = server.requests[-1]
    clients.fails(server, when=f"the status was {status}", sign="status-ignored")


def refused_once(
    server: Server, request: Request, decoy: bytes, *, content_type: str, status: int = 503
) -> None:
    """An error, with a time at which to come back, is one: whoever asks twice pays twice."""
    headers = {"Content-Type": content_type, "Retry-After": "5"}
    sent = len(server.requests)
    _refuse(server, request, decoy, status=status, headers=headers)
    when = f"the status was {status}"
    clients.fails_at_once(server, when=when, sign="status-ignored", sent=sent)


def redirected(
    server: Server, request: Request, decoy: bytes, *, content_type: str, answer: Answer
) -> None:
    """A 301 is followed to where it points, or it is an error; its own body is no answer."""
    moved = f"/moved{request.target}"
    headers = {"Content-Type": content_type, "Location": moved}
    for _ in range(_TRIES):
        _refuse(server, request, decoy, status=301, headers=headers)
        if server.requests[-1] is request:
            break
        request = server.requests[-1]
        if request.target == moved:
            answer(server, request)
            return
    clients.fails(server, when="the status was 301", sign="status-ignored")


def put_off(
    server: Server, request: Request, decoy: bytes, *, content_type: str, answer: Answer
) -> None:
    """A 503 with Retry-After is an error, or is waited out: nobody comes back any sooner."""
    headers = {"Content-Type": content_type, "Retry-After": str(_RETRY_AFTER)}
    _refuse(server, request, decoy, status=503, headers=headers)
    if server.outcome is None and server.real:
        checks.needs_virtual_time()
    for _ in range(2 * _RETRY_AFTER):
        if server.outcome is not None or server.requests[-1] is not request:
            break
        server.advance(1)
    expect(
        server.requests[-1] is request or server.passed >= _RETRY_AFTER,
        observed=f"status 503 with Retry-After: {_RETRY_AFTER}, and it asked again after "
        f"{server.passed:g} s",
        expected=f"no request for {_RETRY_AFTER} s, or an exception",
        sign="hammers",
    )
    if server.requests[-1] is request:
        clients.fails(server, when="the status was 503", sign="status-ignored")
    else:
        answer(server, server.requests[-1])


def _refuse(
    server: Server, request: Request, decoy: bytes, *, status: int, headers: Mapping[str, str]
) -> None:
    """Answer with that, and see how a generator goes on."""
    server.respond(request, decoy, status=status, headers=headers)
    if server.asked:
        clients.exhaust(server)
    server.until(lambda: server.outcome is not None or server.requests[-1] is not request)
    expect(
        not server.items,
        observed=f"the status was {status}, and the caller got {clients.shown(server.items)}",
        expected="nothing out of the body of such a response",
        sign="status-ignored",
    )


def given_up(server: Server, request: Request, begins: bytes, *, unit: str = "line") -> None:
    """A line that never ends, in small pieces, fills no memory. `begins` is how it begins.

    It is an error, or the connection is given up, or what is too long is read and not kept.
    """
    before, sent = server.resident(), 0
    server.send(request, begins)
    begun, most = server.processor_time(), 2 * LONGEST
    while sent < 3 * LONGEST and server.outcome is None and not request.visit.gone:
        server.send(request, b"x" * 65_536)
        sent += 65_536
        if sent > 1.25 * LONGEST and server.processor_time() > begun + _LABOUR:
            most = LONGEST  # whoever reads all that is held for every piece is asked for no more
            break
    if server.outcome is not None:
        clients.fails(server, when=f"a {unit} had no end", sign="endless-line")
        return
    grown = server.in_use() - before
    expect(
        grown < most,
        observed=f"{grown / MIB:.0f} MiB more memory, after {sent / MIB:.0f} MiB of one {unit}",
        expected=f"an error, or memory that is bounded, however long a {unit} is",
        sign="endless-line",
    )
