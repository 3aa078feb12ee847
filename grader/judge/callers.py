"""What clients of several callers, of many items and of other servers are looked at for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.judge import clients
from grader.judge.checks import expect, fail
from grader.judge.script import counted
from grader.judge.server import Raised, Server
from grader.judge.visit import Request

MIB = 1 << 20


def joined(server: Server, path: str, **arguments: Any) -> Request:
    """The request of a second caller, who comes while a first one is in the middle of something."""
    known = len(server.requests)
    server.call(beside=True, **arguments)
    server.next()
    request = server.request(known + 1)
    if request is None:
        fail(
            observed="a second caller came while a first one was waiting, and no request of it",
            expected=f"GET {path} for each of them",
        )
    return request


def are_kept_apart(
    server: Server,
    path: str,
    bodies: tuple[bytes, bytes],
    *,
    content_type: str,
    given: Sequence[Any],
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """A caller who comes while another one is in the middle of an item gets its own items.

    `bodies` are what the first one is sent so far, and all that the second one is, which makes
    the items `given`; text may come in other pieces.
    """
    request = clients.begin(server, path, content_type=content_type, arguments=arguments)
    server.send(request, bodies[0])
    clients.exhaust(server)
    had = len(server.items)
    request = joined(server, path, **(arguments or {}))
    server.begin(request, content_type=content_type)
    server.send(request, bodies[1])
    server.finish(request)
    clients.exhaust(server)
    found = _whole(server.items[had:])
    failed = f", and then {server.outcome}" if isinstance(server.outcome, Raised) else ""
    expect(
        found == _whole(given) and not failed,
        observed=f"of two callers at once the second got {clients.shown(found)}{failed}",
        expected=clients.shown(_whole(given)),
        sign="between-calls",
    )


def _whole(items: Sequence[Any]) -> list[Any]:
    """The items, but text in one piece."""
    if items and all(isinstance(item, str) for item in items):
        return ["".join(items)]
    return list(items)


def forgets_what_it_gave(server: Server, request: Request, body: bytes, *, items: int) -> None:
    """Memory does not grow with what has been read. `body` is one chunk of so many whole items.

    It is sent some times over, until buffers have their size, and then more often. It must fit
    into what a client reads for one item and what the connection holds: 256 KiB do.
    """
    for _ in range(4):
        _give(server, request, body, items)
    before, had = server.in_use(), len(server.items)
    for _ in range(8):
        _give(server, request, body, items)
    grown, came = server.in_use() - before, len(server.items)
    expect(
        server.outcome is None and came > had,
        observed=f"{counted(came, 'item')}, and then {_ending(server)}",
        expected="an item for each that is sent, as long as the connection lasts",
        sign="differs",
    )
    sent = 8 * len(body)
    expect(
        grown < sent // 2,
        observed=f"{grown / MIB:.0f} MiB more memory, after {sent / MIB:.0f} MiB more were sent",
        expected="the same memory, however much has been read",
        sign="keeps-it",
    )


def _ending(server: Server) -> str:
    match server.outcome:
        case None:
            return "nothing more, although more was sent"
        case Raised():
            return str(server.outcome)
    return "the end"


def _give(server: Server, request: Request, body: bytes, items: int) -> None:
    if server.outcome is not None:
        return
    all_of_them = len(server.items) + items
    clients.keep_asking(server)  # whoever is not asked for anything reads no more
    server.send(request, body)
    clients.exhaust(server, enough=lambda: len(server.items) >= all_of_them)


def never_waits(server: Server) -> None:
    """No time has passed so far: what had come was given on at once.

    Real time passes anyway, and whoever blocks the loop is caught by another behaviour.
    """
    expect(
        server.real or not server.passed or server.log.first("slept") is not None,
        observed=f"what was there took {server.passed:g} s of waiting",
        expected="no waiting",
        sign="paced",
    )
