"""What a client that compares two responses has to do: measure each of them, and truly.

The judge is the server, and on virtual time it knows to the millisecond how long everything took.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from itertools import product
from typing import Any

from grader.judge import checks, clients, compared, records
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.compared import BUFFERED, PATHS, STREAMED, Course, Plan
from grader.judge.server import Raised, Server

MIB = 1 << 20
SLOW = {  # every time is a sum of powers of two to the millisecond, and each is another one
    BUFFERED: Plan(body=b"", head=0.5, first=1.125, rest=2.0),
    STREAMED: Plan(body=b"", head=0.25, first=0.625, rest=4.0),
}


def document(found: list[Any], **style: Any) -> bytes:
    return json.dumps({"records": found}, **style).encode()


def of(*bodies: bytes) -> dict[str, Plan]:
    """Both paths answer with these bodies, slowly."""
    both = zip(SLOW.items(), bodies, strict=True)
    return {path: replace(plan, body=body) for (path, plan), body in both}


def alike(count: int = 20) -> dict[str, Plan]:
    """Both paths answer with the same fresh document."""
    body = document(records.fresh(count))
    return of(body, body)


def measured(server: Server, plans: dict[str, Plan]) -> tuple[Course, dict[str, Any]]:
    course = compared.compare(server, plans)
    return course, compared.result(server)


@essential()
def test_asks_for_both(server: Server) -> None:
    """It sends a GET request for each of the two."""
    course = compared.compare(server, alike())
    asked = {request.path for request in course.requests if request.method == "GET"}
    expect(
        asked >= set(PATHS.values()),
        observed=", ".join(f"{r.method} {r.target}" for r in course.requests) or "no request",
        expected=" and ".join(f"GET {path}" for path in PATHS.values()),
        sign="request",
    )


@essential(needs=[test_asks_for_both])
def test_one_after_the_other(server: Server) -> None:
    """While one response is measured, no other one is on its way."""
    course = compared.compare(server, alike())
    expect(
        not course.together,
        observed="a second request, before the response to the first one was complete",
        expected="one request after the other, so that neither disturbs the other",
        sign="together",
    )


@essential(needs=[test_one_after_the_other])
def test_gives_a_comparison(server: Server) -> None:
    """The result has two times, a size and a peak for each, and says whether both are the same."""
    measured(server, alike())


@essential(needs=[test_gives_a_comparison])
def test_the_time_to_the_first_byte(server: Server) -> None:
    """The first byte is timed when it has come: from the request, and before the second byte."""
    if server.real:
        checks.needs_virtual_time()
    plans = alike()
    _, found = measured(server, plans)
    for name, path in PATHS.items():
        _is_time(found[name], "first_byte", plans[path], name=name)


@essential(needs=[test_the_time_to_the_first_byte])
def test_the_total_time(server: Server) -> None:
    """The total goes from the request to the last byte."""
    if server.real:
        checks.needs_virtual_time()
    plans = alike()
    _, found = measured(server, plans)
    for name, path in PATHS.items():
        _is_time(found[name], "total", plans[path], name=name)


def _is_time(found: dict[str, Any], what: str, plan: Plan, *, name: str) -> None:
    """One of the two times is what it was. Virtual time is exact, but for its last digits."""
    told, was = round(found[what], 3), getattr(plan, what)
    sign = "span"
    if told < 0 or told > 1000:
        sign = "clocks"
    elif what == "first_byte" and told == plan.total:
        sign = "first-late"
    elif what == "first_byte" and told == plan.head:
        sign = "first-early"
    expect(
        told == was,
        observed=f"{name}.{what}: {told} s; the head came after {plan.head} s, the first byte of "
        f"the body after {plan.first_byte} s, the last one after {plan.total} s",
        expected=f"{was} s",
        sign=sign,
    )


@essential(needs=[test_gives_a_comparison])
def test_the_size_in_bytes(server: Server) -> None:
    """The size is that of the body in bytes, and not in characters."""
    given = [records.record(number, f"naïve café 🥨 {number}") for number in range(1, 30)]
    plans = of(document(given, ensure_ascii=False), document(given, indent=1))
    _, found = measured(server, plans)
    for name, path in PATHS.items():
        size, body = found[name]["size"], plans[path].body
        expect(
            size == len(body),
            observed=f"{name}.size: {size}",
            expected=f"{len(body)} bytes",
            sign="characters" if size == len(body.decode()) else "differs",
        )


@essential(needs=[test_gives_a_comparison])
def test_pieces_mean_nothing(server: Server) -> None:
    """A body that comes byte by byte, also inside of characters, is the same body."""
    given = [records.record(1, "naïve 🥨")]
    plans = of(document(given, ensure_ascii=False), document(given, ensure_ascii=False))
    plans = {path: replace(plan, pieces=len(plan.body)) for path, plan in plans.items()}
    _, found = measured(server, plans)
    expect(found["same"], observed="same=False", expected="same=True", sign="split-characters")


@essential(needs=[test_gives_a_comparison])
def test_the_same_records_in_another_form(server: Server) -> None:
    """Documents that say the same are the same, whatever their white space and order of keys."""
    given = records.awkward()
    turned = [dict(reversed(record.items())) for record in given]
    plans = of(
        document(given, ensure_ascii=False, separators=(",", ":")), document(turned, indent=2)
    )
    _, found = measured(server, plans)
    expect(
        found["same"],
        observed="same=False, of records that differ in white space, escapes and order of keys",
        expected="same=True: JSON is compared as values",
        sign="compared",
    )


@essential(needs=[test_gives_a_comparison])
def test_other_records_are_noticed(server: Server) -> None:
    """If one value differs, or one record is missing, the comparison says so."""
    given = records.fresh(20)
    place = secrets.randbelow(19)
    altered = [dict(record) for record in given]
    data = altered[place]["data"]
    altered[place]["data"] = ("0" if data[0] != "0" else "1") + data[1:]
    changes = {
        f"record {place + 1} had other data": altered,
        f"record {place + 1} had another id": _with(given, place, id=1000),
        f"record {place + 1} had another timestamp": _with(given, place, timestamp="2026-11-23"),
        "the last record was missing": given[:-1],
        "two records had changed places": [given[1], given[0], *given[2:]],
    }
    for change, other in changes.items():
        _, found = measured(server, of(document(given), document(other)))
        expect(
            not found["same"],
            observed=f"same=True, when {change}",
            expected="same=False",
            sign="unnoticed",
        )


def _with(given: list[Any], place: int, **values: Any) -> list[Any]:
    """The records, of which the one at `place` has other values."""
    return [{**record, **values} if n == place else record for n, record in enumerate(given)]


@essential(needs=[test_asks_for_both])
def test_an_error_status_is_an_error(server: Server) -> None:
    """503 or 404 is an error that the caller sees, whichever of the two it is."""
    for path, status in product((BUFFERED, STREAMED), (503, 404)):
        plans = alike()
        plans[path] = replace(plans[path], status=status, fields={"Retry_After": "1"})
        compared.compare(server, plans)
        clients.fails(server, when=f"the status of {path} was {status}", sign="status-ignored")


@essential(needs=[test_asks_for_both])
def test_a_redirect_is_no_answer(server: Server) -> None:
    """301 is followed or an error, and its own body is nothing to compare (RFC 9110, 15.4)."""
    for name, path in PATHS.items():
        plans = alike()
        moved = f"/moved{path}"
        plans[moved] = plans[path]
        plans[path] = Plan(body=document(records.fresh(1)), status=301, fields={"Location": moved})
        compared.compare(server, plans)
        if isinstance(server.outcome, Raised):
            continue
        size = compared.result(server)[name]["size"]
        expect(
            size == len(plans[moved].body),
            observed=f"{size} bytes, after a redirect to a document of {len(plans[moved].body)}",
            expected="the document that the redirect leads to, or an exception",
            sign="status-ignored",
        )


@essential(needs=[test_asks_for_both])
def test_a_body_that_breaks_off_is_an_error(server: Server) -> None:
    """A connection that is lost, at once or after an hour of silence, leaves nothing to compare."""
    for path, silence in product((STREAMED, BUFFERED), (0.0, 3600.0)):
        plans = alike()
        body = plans[path].body + b" "  # what has come is a whole document
        plans[path] = replace(plans[path], body=body, last=silence, cut=True)
        compared.compare(server, plans)
        clients.fails(server, when=f"{path} broke off", sign="cut-ignored")


@essential(needs=[test_gives_a_comparison])
def test_waits_out_a_slow_server(server: Server) -> None:
    """A server that needs twenty seconds is measured; httpx gives up after five."""
    if server.real:
        checks.needs_virtual_time()
    plans = {path: replace(plan, first=20.0) for path, plan in alike().items()}
    compared.compare(server, plans)
    if server.outcome is None or "Timeout" in str(server.outcome):
        checks.fail(
            observed=f"after 20 seconds of silence it ended with {server.outcome or 'nothing'}",
            expected="a Comparison",
            sign="gave-up",
        )
    compared.result(server)


@essential(needs=[test_gives_a_comparison])
def test_the_end_leaves_nothing_behind(server: Server) -> None:
    """When both are measured, every connection is closed, and the loop was never blocked."""
    measured(server, alike())
    clients.hangs_up(server, when="after the comparison")
    clients.never_blocks(server)


@good(needs=[test_gives_a_comparison])
def test_both_under_the_same_conditions(server: Server) -> None:
    """Both find a connection open, or both open one: else only one of them pays for it."""
    course, _ = measured(server, alike())
    opening = {
        path: request.visit.requests[0] is request
        for request in course.requests
        if (path := request.path) in PATHS.values()
    }
    expect(
        opening[BUFFERED] == opening[STREAMED],
        observed="one request opened the connection, and the other one found it open",
        expected="a new connection for each, or one that was open before both",
        sign="conditions",
    )


@good(needs=[test_gives_a_comparison])
def test_the_memory_of_each(server: Server) -> None:
    """The peak of a response is its own: after a large one, that of a small one is small."""
    large, small = document(records.fresh(200, data="x" * 20_000)), document(records.fresh(5))
    for name, other, plans in (
        ("buffered", "streamed", of(large, small)),
        ("streamed", "buffered", of(small, large)),
    ):
        _, found = measured(server, plans)
        most, least = found[name]["peak"], found[other]["peak"]
        expect(
            0 < least < most / 2,
            observed=f"{name}.peak: {most:,} for {len(large):,} bytes, "
            f"{other}.peak: {least:,} for {len(small):,} bytes",
            expected="a peak that goes with the response",
            sign="peak",
        )


@good(needs=[test_the_memory_of_each, test_a_body_that_breaks_off_is_an_error])
def test_a_failure_does_not_spoil_the_next_one(server: Server) -> None:
    """A comparison that failed leaves nothing in the peaks of the next one."""
    large, small = document(records.fresh(200, data="x" * 20_000)), document(records.fresh(5))
    plans = of(large, large)
    plans[BUFFERED] = replace(plans[BUFFERED], cut=True)
    plans[STREAMED] = replace(plans[STREAMED], cut=True)
    compared.compare(server, plans)
    clients.fails(server, when="both had broken off", sign="cut-ignored")
    _, found = measured(server, of(small, small))
    most = max(found[name]["peak"] for name in PATHS)
    expect(
        most < len(large) / 2,
        observed=f"a peak of {most:,} for {len(small):,} bytes, after {len(large):,} bytes of a "
        "comparison that failed",
        expected="a peak that goes with the response",
        sign="peak",
    )


@good(needs=[test_asks_for_both])
def test_keeps_to_the_time_of_a_connection(server: Server) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    server.call()
    clients.gives_up(server)


@good(needs=[test_asks_for_both])
def test_whoever_cancels_it_hangs_up(server: Server) -> None:
    """A comparison that is cancelled leaves no connection and no task behind."""
    server.call()
    if request := server.request():
        server.begin(request, content_type=compared.TYPE)
    server.cancel()
    clients.hangs_up(server, when="after it was cancelled")


@expert(needs=[test_asks_for_both])
def test_asks_for_no_compression(server: Server) -> None:
    """It accepts no compression: that would be another size, and the compressor's time, too."""
    course = compared.compare(server, alike())
    accepted = {r.headers.get("accept-encoding", "identity") for r in course.requests}
    expect(
        accepted == {"identity"},
        observed=f"Accept-Encoding: {', '.join(sorted(accepted))}",
        expected="Accept-Encoding: identity",
        sign="header",
    )
