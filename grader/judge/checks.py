"""What several suites look for in the same way: a check settles, inspects, and raises `Unmet`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import NoReturn, Protocol

from grader.judge.evidence import NotJudged, Unmet
from grader.judge.script import counted, several
from grader.judge.stage import Stage
from grader.judge.wire import Client

Count = Callable[[], int]


class Watcher(Protocol):
    """A client, and how many items of the feed it has been given, as the suite counts them."""

    @property
    def client(self) -> Client: ...

    def arrived(self) -> int: ...


def expect(condition: bool, *, observed: str, expected: str, sign: str = "") -> None:
    """Raise `Unmet` with what was observed, unless `condition` holds."""
    if not condition:
        fail(observed=observed, expected=expected, sign=sign)


def fail(*, observed: str, expected: str, sign: str = "") -> NoReturn:
    """Raise `Unmet` with what was observed."""
    raise Unmet(observed=observed, expected=expected, sign=sign)


@contextmanager
def retold(before: str, *, sign: str, also: str = "") -> Iterator[None]:
    """What is found unmet inside is told as a part of something else, with a sign of its own."""
    try:
        yield
    except Unmet as unmet:
        fail(observed=before + unmet.observed, expected=unmet.expected + also, sign=sign)


def needs_virtual_time() -> NoReturn:
    """End a behaviour that is about time, where time is real."""
    raise NotJudged("it is about time, which real time cannot show without waiting")


def media_type(client: Client) -> str:
    """Type and subtype in lower case, without parameters (RFC 9110, 8.3.1)."""
    return (client.header("content-type") or "").partition(";")[0].strip().lower()


def charset(client: Client) -> str:
    """The charset parameter of Content-Type in lower case, or nothing (RFC 9110, 8.3.2)."""
    header = Message()
    header["Content-Type"] = client.header("content-type") or ""
    return header.get_content_charset("")


def shown(client: Client, header: str) -> str:
    """A header as a report shows it, which also says when it is missing."""
    value = client.header(header)
    return f"no {header} header" if value is None else f"{header}: {value}"


def directives(client: Client, header: str) -> set[str]:
    """The comma-separated directives of a header, in lower case."""
    values = (client.header(header) or "").lower().split(",")
    return {value.strip() for value in values if value.strip()}


def attachment_name(client: Client) -> str | None:
    """The name under which a browser saves the body (RFC 6266), or None if it would show it."""
    disposition = Message()
    disposition["Content-Disposition"] = client.header("content-disposition") or ""
    if disposition.get_content_disposition() != "attachment":
        return None
    return disposition.get_filename()


def is_attachment(client: Client, *, extensions: tuple[str, ...]) -> None:
    """Content-Disposition makes it an attachment whose name ends in one of `extensions`."""
    expect(
        (attachment_name(client) or "").lower().endswith(extensions),
        observed=shown(client, "Content-Disposition"),
        expected=f'Content-Disposition: attachment; filename="...{extensions[0]}"',
        sign="header",
    )


def starts(stage: Stage, client: Client, *, types: tuple[str, ...]) -> None:
    """The response has begun, with status 200 and one of the media types."""
    begun = client.status is not None or stage.until(
        lambda: client.status is not None or client.over
    )
    expect(
        begun and client.status == 200,
        observed=_status(stage, client),
        expected="status 200",
        sign="status",
    )
    expect(
        media_type(client) in types,
        observed=shown(client, "Content-Type") + _as_returned(client),
        expected=f"Content-Type: {' or '.join(types)}",
        sign="media-type",
    )


def _as_returned(client: Client) -> str:
    """What to add where the response is what FastAPI makes of a list, a dict or None."""
    if media_type(client) != "application/json" or client.header("content-length") is None:
        return ""
    return ", one whole document: FastAPI makes that of a value which an endpoint returns"


def is_not_sniffed(client: Client) -> None:
    """X-Content-Type-Options keeps a browser from guessing another type (Fetch, 3.6)."""
    expect(
        directives(client, "x-content-type-options") == {"nosniff"},
        observed=shown(client, "X-Content-Type-Options"),
        expected="X-Content-Type-Options: nosniff",
        sign="header",
    )


def completes(stage: Stage, client: Client, *, sign: str = "") -> None:
    """The body comes to the end that its framing promised (RFC 9112, 7.1 and 8).

    `sign` is for a suite that knows better what it means if the body does not.
    """
    stage.until(lambda: client.over)
    if client.complete and not client.broken:
        return
    observed = _ending(client)
    fail(
        observed=observed,
        expected="a body that ends with its last chunk, or with the last byte of Content-Length",
        sign=sign or ("paced" if _ends_later(stage, client) else _length_sign(client)),
    )


def waits_for_the_end(stage: Stage, client: Client, *, seconds: float) -> None:
    """Wait for the end of a response, which may come only when so much time has passed."""
    if not stage.until(lambda: client.over) and not stage.real:
        stage.advance(seconds)


def keeps_the_connection(stage: Stage, client: Client) -> None:
    """The server leaves the connection open behind a complete response (RFC 9112, 9.3).

    Unless it said that it would not, it closes it only when something went wrong at the end.
    """
    stage.settle()
    raised = stage.log.first("raised")
    expect(
        not client.closed or "close" in directives(client, "connection"),
        observed="the connection was closed behind a complete response"
        + (f", after {raised.text}" if raised else ""),
        expected="a connection that stays open",
        sign="cut",
    )


def says_how_long_it_is(client: Client) -> None:
    """The body is sent with its size in Content-Length (RFC 9110, 8.6)."""
    expect(
        client.header("content-length") == str(client.received),
        observed=f"{shown(client, 'Content-Length')}, {shown(client, 'Transfer-Encoding')}",
        expected=f"Content-Length: {client.received}, and no chunks",
        sign="streamed",
    )


def in_lockstep(
    stage: Stage, client: Client, *, arrived: Count, items: int, after: int = 0
) -> None:
    """Each of `items` items is on the wire before the next one is handed over.

    They are the first ones behind the `after` that have been released. `arrived` counts the items
    that the client has. When one is missing the experiment goes on with what is left of the script,
    to see when they do come: that tells the wrong ideas apart.
    """
    unit = stage.source.script.unit
    for number in range(after + 1, after + items + 1):
        stage.release()
        if not stage.until(lambda n=number: arrived() >= n):  # type: ignore[misc]
            had = arrived()
            how = "was handed over" if stage.source.handed >= number else "could be read"
            rest = "the response was complete" if client.complete else "the endpoint came to rest"
            raise Unmet(
                observed=f"{unit} {number} {how}, {rest}, and the client had {counted(had, unit)}",
                expected=f"{unit} {number} at the client before {unit} {number + 1} exists",
                sign=_lateness(stage, client, arrived=arrived, number=number),
            )


def serves_two(stage: Stage, watch: Callable[[], Watcher], *, item: str) -> None:
    """Two clients each get every item of a feed of four, and neither waits for the other.

    `watch` opens the feed anew; nothing of it has been released when it is first called.
    """
    first, second = watch(), watch()
    for number in (1, 2):
        stage.release()
        if not stage.until(lambda n=number: first.arrived() == second.arrived() == n):  # type: ignore[misc]
            fail(
                observed=f"after {number} of the feed's {several(item)} the clients had "
                f"{first.arrived()} and {second.arrived()}",
                expected=f"{number} and {number}",
                sign=_sharing_sign(stage, first, second),
            )
    stage.stop_reading(first.client)
    stage.release_all()
    expect(
        stage.until(lambda: second.arrived() == 4),
        observed="one client stopped reading, and the other got "
        f"{second.arrived()} of 4 {several(item)}",
        expected="4 of 4",
        sign="mixed",
    )


def keeps_the_pace(stage: Stage, client: Client) -> None:
    """When all that is left of the source is there, the response ends without any waiting."""
    if stage.real:
        needs_virtual_time()
    stage.release_all()
    before = stage.now
    stage.until(lambda: client.over)
    stage.advance(0 if client.over else 60)
    unit = stage.source.script.unit
    expect(
        stage.now == before,
        observed=f"{several(unit)} that were all there took {stage.now - before:g} s of waiting",
        expected="no waiting",
        sign="paced",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stalled:
    """What was seen of a client that never read, and then left."""

    stage: Stage
    taken: int  # units that were taken from the source before it left
    open: int  # sources that were still open after it had left, before garbage was collected
    grown: int  # bytes by which resident memory had grown before it left


def stall_and_leave(
    stage: Stage, path: str, *, meanwhile: Callable[[], None] = lambda: None
) -> Stalled:
    """Send a request, read nothing of the response, and leave; `meanwhile` comes before that."""
    before = stage.resident()
    client = stage.open_unread(path)
    taken, grown = stage.source.handed, stage.resident() - before
    meanwhile()
    stage.hang_up(client)
    stage.until(lambda: not stage.source.still_open)
    return Stalled(stage=stage, taken=taken, open=len(stage.source.never_closed), grown=grown)


def stops_with_the_client(stalled: Stalled, *, limit: int) -> None:
    """While the client read nothing, no more than `limit` units were taken from the source."""
    script = stalled.stage.source.script
    expect(
        stalled.taken <= limit,
        observed=f"{stalled.taken:,} of {script.length:,} {several(script.unit)} were taken from "
        "the source, and the client had read none",
        expected=f"at most {limit:,}: what the connection's buffers hold, and a bounded read-ahead",
        sign="runs-ahead",
    )


def let_go_promptly(stalled: Stalled) -> None:
    """Every source was closed before garbage was collected."""
    expect(
        not stalled.open,
        observed=f"{counted(stalled.open, 'source')} still open after the stalled client had left, "
        "until garbage was collected",
        expected="every source closed at once",
        sign="closed-late",
    )


def does_not_grow(
    stage: Stage,
    client: Client,
    *,
    first: int,
    then: int,
    body: int,
    arrived: Count | None = None,
) -> None:
    """Resident memory grows by less than two thirds of what is sent between two moments.

    A third and more may be a read-ahead that doubles, as SQLAlchemy's buffer of rows does.

    `first` and `then` are units to release before and between them, `body` the bytes of the latter.
    With `arrived` the client is given time to get what was released, which a clock may send.
    """
    _release_in_steps(stage, first, arrived)
    before = stage.in_use()
    _release_in_steps(stage, then, arrived)
    grown = stage.in_use() - before
    expect(
        grown < body * 2 // 3,
        observed=f"memory grew by {grown / 2**20:.1f} MiB while there were "
        f"{body / 2**20:.0f} MiB more to send",
        expected="the same memory, however much has been sent",
        sign="grows",
    )


def lets_go(stage: Stage, *, when: str, left_open: str = "left-open") -> None:
    """Every source is closed, without help from the garbage collector.

    `left_open` is the sign of one that nobody holds any more.
    """
    stage.until(lambda: not stage.source.still_open)
    left = len(stage.source.never_closed)
    if left:
        fail(
            observed=f"{counted(left, 'source')} still open {when}",
            expected="every source closed at once",
            sign="tasks" if stage.tasks_left() else left_open,
        )


def lets_go_at_last(stage: Stage, *, when: str) -> None:
    """Every source is closed, at the latest when garbage is collected."""
    if not stage.until(lambda: not stage.source.still_open):
        stage.collect_garbage()
        stage.until(lambda: not stage.source.still_open)
    still_open = len(stage.source.still_open)
    if still_open:
        fail(
            observed=f"{counted(still_open, 'source')} still open {when}, and never closed",
            expected="every source closed",
            sign=_holder_sign(stage),
        )


def lets_go_promptly(stage: Stage, *, when: str) -> None:
    """Every source is closed before garbage is collected."""
    if stage.until(lambda: not stage.source.still_open):
        return
    still_open, sign = len(stage.source.still_open), _holder_sign(stage)
    stage.collect_garbage()
    late = not stage.source.still_open
    raise Unmet(
        observed=f"{counted(still_open, 'source')} still open {when}, "
        + ("until garbage was collected" if late else "and never closed"),
        expected="every source closed at once",
        sign="closed-late" if late and sign == "left-open" else sign,
    )


def takes_no_more(stage: Stage, *, allowed: int, since: int) -> None:
    """After the client has left, no more than `allowed` units are taken from the source."""
    stage.settle()
    taken = stage.source.handed - since
    unit = stage.source.script.unit
    expect(
        taken <= allowed,
        observed=f"{counted(taken, unit)} were taken from the source after the client had left",
        expected="nothing more, but for what was already under way",
        sign="goes-on",
    )


def leaves_no_tasks(stage: Stage) -> None:
    """No task that a request began is still running."""
    left = stage.tasks_left()
    expect(
        not left,
        observed=f"still running: {', '.join(left)}",
        expected="no task of this request",
        sign="tasks",
    )


def raises_nothing(stage: Stage) -> None:
    """No exception has left the application so far: the server would log each with its traceback.

    What is raised behind a complete response no client can see.
    """
    stage.settle()
    raised = stage.log.first("raised")
    expect(
        raised is None,
        observed=f"{raised.text}, raised while nothing had failed" if raised else "",
        expected="a response that ends without an exception",
    )


def fails_visibly(stage: Stage, client: Client, *, after: str = "the source failed") -> None:
    """A response whose source failed is an error status, or is cut off before its end."""
    stage.until(lambda: client.over)
    expect(
        client.over,
        observed=f"{after}, and the response neither ended nor was cut off",
        expected="a response that is cut off",
        sign="unended",
    )
    expect(
        not client.complete or (client.status or 0) >= 500,
        observed=f"{after}, and the response was {client.status} and complete",
        expected="an error status, or a body that is cut off before its end",
        sign="false-end",
    )


def refuses_other_methods(stage: Stage, path: str) -> None:
    """POST is answered 405 with the methods that are allowed (RFC 9110, 15.5.6)."""
    client = stage.request("POST", path)
    stage.until(lambda: client.over)
    expect(
        client.status == 405 and "get" in directives(client, "allow"),
        observed=f"POST: status {client.status}, {shown(client, 'Allow')}",
        expected="POST: status 405, Allow: GET",
        sign="status",
    )


def answers_head_at_once(stage: Stage, path: str) -> None:
    """HEAD has no body, comes to its end, and leaves nothing running (RFC 9110, 9.3.2)."""
    client = stage.request("HEAD", path)
    stage.until(lambda: client.complete)
    expect(
        client.complete and not client.received and client.status in (200, 405),
        observed=f"HEAD: {_ending(client)}",
        expected="HEAD: the head of the response alone (or 405), and its end",
        sign="status",
    )
    lets_go(stage, when="after HEAD")


def never_blocks(stage: Stage) -> None:
    """Nothing has blocked the event loop's own thread so far."""
    trouble = stage.log.first("blocked", "slept")
    expect(
        trouble is None,
        observed=trouble.text if trouble else "",
        expected="an event loop that is free to serve other requests meanwhile",
        sign="blocked",
    )


def serves_others(stage: Stage) -> None:
    """Another request is answered meanwhile: one for nothing, which takes no code of the answer."""
    client = stage.get("/")
    expect(
        stage.until(lambda: client.status is not None or client.over),
        observed="another request got no answer while the first one was under way",
        expected="an event loop that is free to serve other requests meanwhile",
        sign="hung",
    )


def _sharing_sign(stage: Stage, first: Watcher, second: Watcher) -> str:
    """Whether two clients share what there is, or the second gets it all when the first is done."""
    stage.release_all()
    stage.until(lambda: first.client.over)
    stage.release_all()
    stage.until(lambda: second.client.over)
    every = stage.source.script.length
    return "one-at-a-time" if first.arrived() == second.arrived() == every else "mixed"


def _release_in_steps(stage: Stage, units: int, arrived: Count | None) -> None:
    """Release so few units at a time that writing them in tiny pieces does not look endless.

    With `arrived`, wait for those of each step.
    """
    step = -(-units // (16 if arrived is None else 8))
    expected = arrived() if arrived else 0
    for released in range(0, units, step):
        count = min(step, units - released)
        stage.release(count)
        if arrived:
            expected += count
            stage.until(lambda: arrived() >= expected)  # noqa: B023


def _lateness(stage: Stage, client: Client, *, arrived: Count, number: int) -> str:
    """How the items come that are late, by letting the source go on."""
    if stage.blocked_on is not None:
        return "blocked"
    if client.complete and stage.withdrawn:
        return "lost-in-silence"
    begun = client.received > 0
    came = []
    for _ in range(max(4, stage.source.script.length // 2)):
        stage.release()
        came.append(arrived())
        if client.over or came[-1] >= number:
            break
    if came == [number]:
        return "one-behind"
    if came[-1] >= number:
        return "batches"
    stage.release_all()
    stage.until(lambda: client.over)
    if client.complete and not stage.source.handed:
        return "empty"
    return "head-only" if begun else "only-at-the-end"


def _holder_sign(stage: Stage) -> str:
    """The sign of a source that is still open: a task that goes on, or nobody at all."""
    return "tasks" if stage.tasks_left() else "left-open"


def _status(stage: Stage, client: Client) -> str:
    if client.broken:
        return client.broken
    if client.status is None:
        return "no response" + (", and the connection was closed" if client.closed else "")
    raised = stage.log.first("raised")
    return f"status {client.status}" + (f", after {raised.text}" if raised else "")


def _ending(client: Client) -> str:
    if client.broken:
        return client.broken
    if client.complete:
        return f"status {client.status}, {client.received} bytes of body, complete"
    cut = "the connection was closed" if client.closed else "the body was left without an end"
    return f"status {client.status}, {client.received} bytes of body, and then {cut}"


def _ends_later(stage: Stage, client: Client) -> bool:
    """Whether the response comes to its end only when time passes, although all is there."""
    if stage.real or client.over:
        return False
    waits_for_the_end(stage, client, seconds=30)
    return client.complete


def _length_sign(client: Client) -> str:
    if client.header("content-length") is not None:
        return "length"
    return "cut" if client.over else "unended"
