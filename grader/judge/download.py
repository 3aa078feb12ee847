"""A file that a client downloads to a path: what it leaves there, and how it goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from grader.judge import clients
from grader.judge.checks import expect, fail
from grader.judge.server import Called, Returned, Server
from grader.judge.visit import Request

PATH = "/download/large-file"
NAME = "large-file.bin"
TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of its own, and the path in it that the file is fetched to."""

    target: Path

    @property
    def part(self) -> Path:
        return self.target.with_name(f"{NAME}.part")

    def saved(self) -> bytes | None:
        return self.target.read_bytes() if self.target.exists() else None

    def beside(self) -> list[Path]:
        """Every other file in the folder."""
        return [file for file in self.target.parent.iterdir() if file != self.target]


def place(folder: Path) -> Place:
    """A new folder in that one."""
    return Place(Path(mkdtemp(dir=folder)) / NAME)


def fetch(server: Server, where: Place) -> Request:
    """Have the file fetched, for the first time or once more."""
    before = len(server.requests)
    order(server, where)
    return clients.asked(server, PATH, number=before + 1)


def order(server: Server, where: Place) -> None:
    server.call(paths=["target"], callbacks=["progress"], target=str(where.target))


def begin(server: Server, where: Place, size: int | None, **fields: str) -> Request:
    """Have the file fetched, and answer with the head of a body of that size."""
    request = fetch(server, where)
    length = {} if size is None else {"Content_Length": str(size)}
    server.begin(request, content_type=TYPE, status=200, **length, **fields)
    return request


def ends(server: Server) -> None:
    """It returns when the body is complete."""
    server.until(lambda: server.outcome is not None)
    expect(
        isinstance(server.outcome, Returned),
        observed=f"the body was complete, and it raised {server.outcome}"
        if server.outcome
        else "the body was complete, and it waited on",
        expected="a return",
        sign="never-ends" if server.outcome is None else "",
    )


def holds(where: Place, data: bytes, *, sign: str = "differs") -> None:
    """The target has exactly these bytes."""
    saved = where.saved()
    if saved != data:
        fail(
            observed=f"no {NAME}" if saved is None else _difference(saved, data),
            expected=f"{NAME} with the {len(data):,} bytes that were sent",
            sign=sign,
        )


def _difference(saved: bytes, data: bytes) -> str:
    at = next((n for n, pair in enumerate(zip(saved, data, strict=False)) if pair[0] != pair[1]), 0)
    if at or saved[:1] != data[:1]:
        return f"{NAME} with {len(saved):,} bytes, of which byte {at + 1:,} is the first other one"
    return f"{NAME} with {len(saved):,} bytes"


def nothing_saved(where: Place, *, when: str, sign: str = "final-name") -> None:
    """There is no file under the final name."""
    saved = where.saved()
    expect(
        saved is None,
        observed=f"{NAME} with {len(saved or b''):,} bytes, {when}",
        expected=f"no {NAME} before it is complete",
        sign=sign,
    )


def loses(server: Server, request: Request, *, when: str) -> None:
    """The connection is lost, and so is every other try: in the end the caller is told."""
    server.cut(request)
    for number in range(len(server.requests) + 1, len(server.requests) + 20):
        if server.outcome is None and not server.real:
            server.advance(60)  # a pause before it tries again
        again = server.request(number) if server.outcome is None else None
        if again is None:
            break
        server.respond(again, b"later", status=503)
    clients.fails(server, when=when, sign="cut-ignored")


def asks_again(server: Server, request: Request) -> Request | None:
    """Lose the connection; the request that the client then sends by itself, if it does so."""
    number = len(server.requests) + 1
    server.cut(request)
    if server.outcome is None and not server.real:
        server.advance(60)  # a pause before it tries again
    return server.request(number) if server.outcome is None else None


def sends(server: Server, where: Place, data: bytes) -> None:
    """Have the file fetched, and send all of it."""
    request = begin(server, where, len(data))
    server.raw(request, data)
    ends(server)


def progress(server: Server) -> list[tuple[int, int | None]]:
    """The calls of progress so far. Raises `Unmet` if one of them has not two arguments."""
    for call in server.called:
        expect(
            _is_progress(call),
            observed=f"progress({', '.join(map(str, call.arguments))})",
            expected="progress(received, total), two numbers",
            sign="progress",
        )
    return [(call.arguments[0], call.arguments[1]) for call in server.called]


def _is_progress(call: Called) -> bool:
    counts: Sequence[object] = call.arguments
    return (
        len(counts) == 2
        and isinstance(counts[0], int)
        and (counts[1] is None or isinstance(counts[1], int))
    )


def answers(server: Server, request: Request, data: bytes, *, etag: str) -> None:
    """Answer as a server that knows ranges and conditions (13.1.5, 14.2)."""
    wanted, condition = request.headers.get("range"), request.headers.get("if-range", etag)
    if not wanted or condition != etag:
        server.respond(request, data, headers={"Content-Type": TYPE, "ETag": etag})
        return
    start = first_byte(wanted)
    server.respond(request, data[start:], status=206, headers=partial(start, len(data), etag))


def first_byte(wanted: str) -> int:
    match = re.fullmatch(r"bytes=([0-9]+)-", wanted)
    if match is None:
        fail(
            observed=f"Range: {wanted}",
            expected="Range: bytes=N-, from the first byte that is missing",
            sign="no-resume",
        )
    return int(match[1])


def partial(start: int, size: int, etag: str, *, stop: int | None = None) -> dict[str, str]:
    """The head of a 206 that goes from byte `start` to the end, or to the one before `stop`."""
    return {
        "Content-Type": TYPE,
        "ETag": etag,
        "Content-Range": f"bytes {start}-{(stop or size) - 1}/{size}",
    }


def resume(server: Server, where: Place, data: bytes, *, etag: str = '"v1"') -> Request:
    """Lose a download after two thirds of it, and have the same file fetched once more."""
    request = begin(server, where, len(data), ETag=etag)
    server.raw(request, data[: len(data) * 2 // 3])
    loses(server, request, when="two thirds of the body had come")
    return fetch(server, where)


def resumes(request: Request, *, etag: str) -> int:
    """It asks for the rest, on the condition that it is of the same version. Gives its start."""
    wanted, condition = request.headers.get("range"), request.headers.get("if-range")
    expect(
        wanted is not None,
        observed="no Range header: it begins again",
        expected="Range: bytes=N-, from the first byte that is missing",
        sign="no-resume",
    )
    start = first_byte(wanted or "")
    expect(
        condition == etag,
        observed=f"If-Range: {condition}" if condition else "Range without If-Range",
        expected=f"If-Range: {etag}, the ETag of what it has",
        sign="no-condition",
    )
    return start


def in_the_end(server: Server, where: Place, data: bytes) -> None:
    """An answer that does not fit is no file; asked again, at once or by a call, it is whole."""
    known = len(server.requests)
    server.until(lambda: server.outcome is not None or len(server.requests) > known)
    if server.outcome is not None:
        nothing_saved(where, when="after an answer that does not fit", sign="mixed-parts")
        order(server, where)
    again = clients.asked(server, PATH, number=known + 1)
    expect(
        "range" not in again.headers,
        observed=f"Range: {again.headers.get('range')}, once more",
        expected="a request for the whole file",
        sign="mixed-parts",
    )
    server.respond(again, data, headers={"Content-Type": TYPE})
    ends(server)
    holds(where, data, sign="mixed-parts")
