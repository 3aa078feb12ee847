"""What a client of GET /download/large-file has to do: save it, whole or not at all.

The judge is the server. Sections are of RFC 9110 (HTTP semantics).
"""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.judge import checks, clients, download, refusals
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import expect
from grader.judge.download import NAME, PATH, TYPE, Place
from grader.judge.server import Raised, Returned, Server
from grader.judge.visit import Request

MIB = 1 << 20
MEMORY = 8 * MIB  # by which the client may grow, for whatever reason
PAUSE = 29  # seconds: a server may pause for half a minute
FILE = 24  # MiB, three times as much


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the files of one behaviour are."""
    with TemporaryDirectory() as name:
        yield Path(name)


def answered(server: Server, request: Request, *, where: Place) -> None:
    """Send a whole file, which the client has to save."""
    data = secrets.token_bytes(1000)
    server.respond(request, data, headers={"Content-Type": TYPE})
    download.ends(server)
    download.holds(where, data)


@essential()
def test_asks_for_the_file(server: Server, folder: Path) -> None:
    """It sends one GET request for the file."""
    request = download.fetch(server, download.place(folder))
    expect(
        request.method == "GET",
        observed=f"{request.method} {request.target}",
        expected=f"GET {PATH}",
        sign="request",
    )


@essential(needs=[test_asks_for_the_file])
def test_saves_every_byte(server: Server, folder: Path) -> None:
    """What was sent is saved under the name, byte for byte, in whatever pieces it came."""
    where, data = (
        download.place(folder),
        secrets.token_bytes(3 * 65_536 + 4_321) + b"\r\n\n\x00\xff",
    )
    request = download.begin(server, where, len(data))
    for start in range(0, len(data), 50_021):
        server.raw(request, data[start : start + 50_021])
    download.ends(server)
    download.holds(where, data)


@essential(needs=[test_saves_every_byte])
def test_nothing_has_the_name_before_it_is_complete(server: Server, folder: Path) -> None:
    """As long as a byte is missing, there is no file under the final name."""
    where, data = download.place(folder), secrets.token_bytes(400_000)
    request = download.begin(server, where, len(data))
    download.nothing_saved(where, when="when only the head had come")
    server.raw(request, data[:-1])
    download.nothing_saved(where, when="when one byte was missing")
    server.raw(request, data[-1:])
    download.ends(server)
    download.holds(where, data)


@essential(needs=[test_nothing_has_the_name_before_it_is_complete])
def test_the_name_changes_hands_at_once(server: Server, folder: Path) -> None:
    """The whole file takes the name at once: an older one is replaced, and not written over."""
    where, older = download.place(folder), b"what was fetched yesterday"
    where.target.write_bytes(older)
    with where.target.open("rb") as reader:
        download.order(server, where)
        request = server.request()
        if request is None:  # who fetches nothing that is there is looked at elsewhere
            return
        answered(server, request, where=where)
        read = reader.read()
    expect(
        read == older,
        observed=f"whoever had opened the older {NAME} read {len(read):,} other bytes in it",
        expected="a rename, by which there is either the older file or the whole new one",
        sign="final-name",
    )


@essential(needs=[test_saves_every_byte])
def test_memory_is_bounded(fresh_server: Server, folder: Path) -> None:
    """Memory does not grow with the file: what has come is written, and not read again at once."""
    server, where = fresh_server, download.place(folder)
    block = secrets.token_bytes(MIB)
    request = download.begin(server, where, FILE * MIB)
    server.raw(request, block)
    before = server.in_use()
    for _ in range(10):
        server.raw(request, block)
    grown = server.in_use() - before
    expect(
        grown < MEMORY,
        observed=f"{grown / MIB:.0f} MiB more memory, after 10 MiB more of the body",
        expected="memory that does not grow with the file",
        sign="late",
    )
    before = server.peak()
    for _ in range(FILE - 11):
        server.raw(request, block)
    download.ends(server)
    grown = server.peak() - before
    expect(
        grown < MEMORY,
        observed=f"{grown / MIB:.0f} MiB more memory at the end of a file of {FILE} MiB",
        expected="memory that does not grow with the file",
        sign="late",
    )


@essential(needs=[test_saves_every_byte])
def test_tells_how_far_it_is(server: Server, folder: Path) -> None:
    """Progress is told while the bytes come, and never more than have come."""
    where, data = download.place(folder), secrets.token_bytes(8 * MIB)
    request = download.begin(server, where, len(data))
    half = 4 * MIB + 17
    for piece in (data[:1001], data[1001:half]):  # where it is cut is no multiple of anything
        server.raw(request, piece)
    server.until(lambda: any(call.arguments[0] for call in server.called))
    told = [received for received, _ in download.progress(server)]
    expect(
        0 < max(told, default=0) <= half,
        observed=f"half of the body had come, and progress had told {max(told):,} bytes"
        if told
        else "half of the body had come, and progress had not been called",
        expected=f"progress of some bytes, at most {half:,}",
        sign="progress",
    )


@essential(needs=[test_tells_how_far_it_is])
def test_progress_adds_up(server: Server, folder: Path) -> None:
    """What is told only grows, of the size of the whole file, and ends with all of it."""
    for size in (3 * MIB + 77, 100_077):  # the second file begins anew
        known = len(server.called)
        request = download.begin(server, download.place(folder), size)
        for piece in (bytes(size - 77), bytes(77)):
            server.raw(request, piece)
        download.ends(server)
        _adds_up(download.progress(server)[known:], size)


def _adds_up(told: list[tuple[int, int | None]], size: int) -> None:
    shrinks = next((pair for pair in pairwise(told) if pair[1][0] < pair[0][0]), None)
    expect(
        shrinks is None,
        observed=f"progress{shrinks and shrinks[1]} after progress{shrinks and shrinks[0]}",
        expected="numbers that grow: all that has come so far",
        sign="progress",
    )
    wrong = next((call for call in told if call[1] != size), None)
    expect(
        wrong is None,
        observed=f"progress{wrong}",
        expected=f"the Content-Length of {size} as total",
        sign="progress",
    )
    expect(
        bool(told) and told[-1] == (size, size),
        observed=f"progress{told[-1]} at last" if told else "no call",
        expected=f"progress({size}, {size}) at last",
        sign="progress",
    )


@essential(needs=[test_saves_every_byte])
def test_the_size_may_be_unknown(server: Server, folder: Path) -> None:
    """A body without Content-Length is saved as well; the total is None (8.6)."""
    where, data = download.place(folder), secrets.token_bytes(200_000)
    request = download.begin(server, where, None)
    server.send(request, data[:1])
    server.send(request, data[1:])
    server.finish(request)
    server.until(lambda: server.outcome is not None)
    expect(
        isinstance(server.outcome, Returned),
        observed=f"without Content-Length it ended with {server.outcome or 'nothing'}",
        expected="a return, as the body was complete",
        sign="no-length",
    )
    download.holds(where, data)
    wrong = next((call for call in download.progress(server) if call[1] is not None), None)
    expect(wrong is None, observed=f"progress{wrong}", expected="None as total", sign="no-length")


@essential(needs=[test_saves_every_byte])
def test_a_short_body_is_an_error(server: Server, folder: Path) -> None:
    """A connection that is lost, or falls silent, before the last byte makes no file."""
    where, data = download.place(folder), secrets.token_bytes(300_000)
    request = download.begin(server, where, len(data))
    server.raw(request, data[:-1])
    download.loses(server, request, when=f"{len(data) - 1:,} of {len(data):,} bytes had come")
    download.nothing_saved(where, when="after a body that was one byte short")
    if server.real:
        return
    request = download.begin(server, where, len(data))
    server.raw(request, data[:200_000])
    clients.outlasts(server, when="two thirds of the body had come")
    download.nothing_saved(where, when="after an hour without a byte", sign="cut-ignored")


@essential(needs=[test_the_size_may_be_unknown])
def test_a_chunked_body_may_be_short_too(server: Server, folder: Path) -> None:
    """A chunked body that breaks off before its last chunk is an error (RFC 9112, 8)."""
    where = download.place(folder)
    request = download.begin(server, where, None)
    server.send(request, secrets.token_bytes(100_000))
    download.loses(server, request, when="the connection was lost between two chunks")
    download.nothing_saved(where, when="after a body that broke off")


@essential(needs=[test_asks_for_the_file])
def test_an_error_status_is_an_error(server: Server, folder: Path) -> None:
    """503 or 404 is an error that the caller sees, and its body is not saved as the file."""
    for status in (503, 404):
        where = download.place(folder)
        request = download.fetch(server, where)
        refusals.refused(server, request, b"not here", content_type=TYPE, status=status)
        download.nothing_saved(where, when=f"after status {status}")


@essential(needs=[test_asks_for_the_file])
def test_a_redirect_is_no_answer(server: Server, folder: Path) -> None:
    """301 is followed or an error, and its body is not saved as the file (15.4)."""
    where = download.place(folder)
    request = download.fetch(server, where)
    answer = partial(answered, where=where)
    refusals.redirected(server, request, b"it has moved", content_type=TYPE, answer=answer)
    if isinstance(server.outcome, Raised):
        download.nothing_saved(where, when="after status 301", sign="status-ignored")


@essential(needs=[test_saves_every_byte])
def test_what_was_lost_does_not_spoil_the_next_one(server: Server, folder: Path) -> None:
    """After a download that was lost, one that the server begins anew is whole (15.3.1).

    It may be longer than what had come, or shorter, and the client may ask for it by itself.
    """
    for size in (300_000, 100_000):
        where, data = download.place(folder), secrets.token_bytes(size)
        request = download.begin(server, where, 300_000, ETag='"1"')
        server.raw(request, bytes(200_000))
        download.loses(server, request, when="two thirds of the body had come")
        download.sends(server, where, data)
        download.holds(where, data, sign="mixed-parts")
    where, data = download.place(folder), secrets.token_bytes(300_000)
    request = download.begin(server, where, len(data), ETag='"1"')
    server.raw(request, data[:200_000])
    again = download.asks_again(server, request)
    if again is not None:
        server.respond(again, data, headers={"Content-Type": TYPE, "ETag": '"1"'})
        server.until(lambda: server.outcome is not None)
        if where.saved() is not None:
            download.holds(where, data, sign="mixed-parts")


@essential(needs=[test_what_was_lost_does_not_spoil_the_next_one])
def test_two_versions_are_never_mixed(server: Server, folder: Path) -> None:
    """A file that has changed meanwhile is fetched anew, or is an error (13.1.5)."""
    where = download.place(folder)
    old, new = secrets.token_bytes(300_000), secrets.token_bytes(310_000)
    request = download.begin(server, where, len(old), ETag='"old"')
    server.raw(request, old[:200_000])
    download.loses(server, request, when="two thirds of the body had come")
    again = download.fetch(server, where)
    download.answers(server, again, new, etag='"new"')
    server.until(lambda: server.outcome is not None or server.requests[-1] is not again)
    if server.outcome is None:
        download.answers(server, server.requests[-1], new, etag='"new"')
        server.until(lambda: server.outcome is not None)
    if where.saved() is not None or isinstance(server.outcome, Returned):
        download.holds(where, new, sign="mixed-parts")


@essential(needs=[test_saves_every_byte])
def test_waits_out_a_pause(server: Server, folder: Path) -> None:
    """A server that pauses for 29 seconds, again and again, is waited for."""
    if server.real:
        checks.needs_virtual_time()
    where, data = download.place(folder), secrets.token_bytes(100_000)
    request = download.begin(server, where, len(data))
    for start in range(0, len(data), 20_000):
        if server.outcome is None:
            server.raw(request, data[start : start + 20_000])
            server.advance(PAUSE)
    server.until(lambda: server.outcome is not None)
    expect(
        isinstance(server.outcome, Returned),
        observed=f"with pauses of {PAUSE} s it ended with {server.outcome or 'nothing'}, "
        f"{server.passed:g} s after it was asked for",
        expected="a download that goes on, however long all of it takes",
        sign="gave-up",
    )
    download.holds(where, data)


@essential(needs=[test_nothing_has_the_name_before_it_is_complete])
def test_whoever_cancels_it_hangs_up(server: Server, folder: Path) -> None:
    """A download that is cancelled closes its connection, and leaves no file under the name."""
    where = download.place(folder)
    request = download.begin(server, where, 300_000)
    server.raw(request, bytes(200_000))
    server.cancel()
    clients.hangs_up(server, when="after it was cancelled")
    download.nothing_saved(where, when="after it was cancelled")
    expect(
        not isinstance(server.outcome, Returned),
        observed="it was cancelled, and it returned, as it does when the file is saved",
        expected="a CancelledError that goes on to whoever waits for it",
        sign="tasks",
    )


@essential(needs=[test_saves_every_byte])
def test_the_end_leaves_nothing_behind(server: Server, folder: Path) -> None:
    """When the file is saved, the connection is closed, and the event loop was never blocked."""
    where, data = download.place(folder), secrets.token_bytes(300_000)
    download.sends(server, where, data)
    clients.hangs_up(server, when="after the file was saved")
    clients.never_blocks(server)


@good(needs=[test_nothing_has_the_name_before_it_is_complete])
def test_what_has_come_is_in_the_part_file(server: Server, folder: Path) -> None:
    """What has come so far is in the .part file beside the target, which then is gone."""
    where, data = download.place(folder), secrets.token_bytes(4 * MIB)
    request = download.begin(server, where, len(data), ETag='"1"')
    server.raw(request, data[: 3 * MIB])
    size = where.part.stat().st_size if where.part.exists() else 0
    expect(
        size >= MIB,
        observed=f"{NAME}.part with {size:,} bytes, when {3 * MIB:,} had come"
        if size
        else f"no {NAME}.part, when {3 * MIB:,} bytes had come",
        expected=f"{NAME}.part, which grows as the body comes",
    )
    server.raw(request, data[3 * MIB :])
    download.ends(server)
    expect(
        not where.beside(),
        observed=f"left beside it: {', '.join(file.name for file in where.beside())}",
        expected=f"{NAME}, and nothing else",
    )


@good(needs=[test_a_short_body_is_an_error])
def test_an_older_file_stays_until_it_is_replaced(server: Server, folder: Path) -> None:
    """What was under the name before is there, whole, until the new file takes its place."""
    where, data = download.place(folder), secrets.token_bytes(200_000)
    older = b"what was fetched yesterday"
    where.target.write_bytes(older)
    request = download.begin(server, where, len(data))
    server.raw(request, data[:100_000])
    download.loses(server, request, when="half of the body had come")
    expect(
        where.saved() == older,
        observed=f"an older {NAME} was lost with the download that failed",
        expected=f"the older {NAME}, as it was",
        sign="final-name",
    )
    again = download.fetch(server, where)
    download.answers(server, again, data, etag='"1"')
    download.ends(server)
    download.holds(where, data)


@good(needs=[test_progress_adds_up])
def test_an_empty_file_is_a_file(server: Server, folder: Path) -> None:
    """A file of no bytes is saved as well, and is no division by zero."""
    where = download.place(folder)
    download.sends(server, where, b"")
    download.holds(where, b"")


@good(needs=[test_an_error_status_is_an_error])
def test_no_content_is_no_file(server: Server, folder: Path) -> None:
    """204 says that there is nothing: that is no file of no bytes (15.3.5)."""
    where = download.place(folder)
    server.respond(download.fetch(server, where), status=204)
    clients.fails(server, when="the status was 204", sign="status-ignored")
    download.nothing_saved(where, when="after status 204")


@good(needs=[test_an_error_status_is_an_error])
def test_a_busy_server_is_given_its_time(server: Server, folder: Path) -> None:
    """Nobody comes back sooner than Retry-After says; an error will do (10.2.3)."""
    where = download.place(folder)
    request = download.fetch(server, where)
    answer = partial(answered, where=where)
    refusals.put_off(server, request, b"come back later", content_type=TYPE, answer=answer)


@good(needs=[test_saves_every_byte])
def test_a_compressed_body_is_decoded(server: Server, folder: Path) -> None:
    """If it accepts gzip, it decodes gzip: Content-Length is then of what is compressed (8.6)."""
    where, data = download.place(folder), b"the same line again and again\n" * 10_000
    request = download.fetch(server, where)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return
    packed = gzip.compress(data)
    server.respond(request, packed, headers={"Content-Type": TYPE, "Content-Encoding": "gzip"})
    server.until(lambda: server.outcome is not None)
    expect(
        isinstance(server.outcome, Returned) and where.saved() == data,
        observed=f"of a body compressed with gzip: {server.outcome}",
        expected=f"{NAME} with {len(data):,} bytes, or a request that accepts no gzip",
        sign="compressed",
    )


@good(needs=[test_saves_every_byte])
def test_keeps_to_the_time_of_a_connection(server: Server, folder: Path) -> None:
    """A server that accepts and never answers is given up some day, not waited for for ever."""
    if server.real:
        checks.needs_virtual_time()
    download.fetch(server, download.place(folder))
    clients.gives_up(server)


@expert(needs=[test_what_was_lost_does_not_spoil_the_next_one])
def test_goes_on_where_it_was_lost(server: Server, folder: Path) -> None:
    """The next call asks for the rest by Range and If-Range, and appends what 206 brings."""
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    start = download.resumes(request, etag='"v1"')
    expect(
        0 < start <= 400_000,
        observed=f"Range: bytes={start}-, after 400,000 bytes",
        expected="the first byte that is missing",
        sign="no-resume",
    )
    told = len(server.called)
    server.respond(
        request, data[start:], status=206, headers=download.partial(start, len(data), '"v1"')
    )
    download.ends(server)
    download.holds(where, data, sign="mixed-parts")
    last = download.progress(server)[-1] if len(server.called) > told else None
    expect(
        last == (len(data), len(data)),
        observed=f"progress{last} at last",
        expected=f"progress({len(data)}, {len(data)}): what was there before counts, too",
        sign="progress",
    )


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_range_that_does_not_fit_is_refused(server: Server, folder: Path) -> None:
    """A 206 whose Content-Range begins elsewhere is not appended (15.3.7)."""
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    start = download.resumes(request, etag='"v1"') - 1000
    server.respond(
        request, data[start:], status=206, headers=download.partial(start, len(data), '"v1"')
    )
    download.in_the_end(server, where, data)


@expert(needs=[test_a_range_that_does_not_fit_is_refused])
def test_a_range_may_be_any_part(server: Server, folder: Path) -> None:
    """Where a 206 begins is a number, and not the digits that it begins with (14.4)."""
    where, data = download.place(folder), secrets.token_bytes(6_000)
    request = download.begin(server, where, len(data), ETag='"v1"')
    server.raw(request, data[:400])
    download.loses(server, request, when="400 bytes had come")
    request = download.fetch(server, where)
    start = download.resumes(request, etag='"v1"') * 10
    server.respond(
        request, data[start:], status=206, headers=download.partial(start, len(data), '"v1"')
    )
    download.in_the_end(server, where, data)


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_range_of_another_version_is_refused(server: Server, folder: Path) -> None:
    """A 206 with another ETag is not appended, though it begins where it should (15.3.7.3)."""
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    start = download.resumes(request, etag='"v1"')
    other = secrets.token_bytes(len(data))
    server.respond(
        request, other[start:], status=206, headers=download.partial(start, len(data), '"v2"')
    )
    download.in_the_end(server, where, other)


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_range_may_end_early(server: Server, folder: Path) -> None:
    """A 206 may bring less than was asked for: what is saved in the end is whole (15.3.7)."""
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    start = download.resumes(request, etag='"v1"')
    stop = start + 100_000
    head = download.partial(start, len(data), '"v1"', stop=stop)
    server.respond(request, data[start:stop], status=206, headers=head)
    server.until(lambda: server.outcome is not None or server.requests[-1] is not request)
    if server.outcome is None:
        download.answers(server, server.requests[-1], data, etag='"v1"')
        server.until(lambda: server.outcome is not None)
    if where.saved() is not None or isinstance(server.outcome, Returned):
        download.holds(where, data)


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_part_that_is_gone_is_no_dead_end(server: Server, folder: Path) -> None:
    """Whoever removes the .part file has the download begin anew, and not fail for ever."""
    where, data = download.place(folder), secrets.token_bytes(300_000)
    request = download.begin(server, where, len(data), ETag='"v1"')
    server.raw(request, data[:200_000])
    download.loses(server, request, when="two thirds of the body had come")
    where.part.unlink(missing_ok=True)
    again = download.fetch(server, where)
    download.answers(server, again, data, etag='"v1"')
    download.ends(server)
    download.holds(where, data, sign="mixed-parts")


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_range_that_cannot_be_had_is_no_dead_end(server: Server, folder: Path) -> None:
    """After 416 the file is fetched from its beginning, by this call or by the next (15.5.17)."""
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    download.resumes(request, etag='"v1"')
    shorter = data[:1000]
    server.respond(
        request, status=416, headers={"Content-Range": f"bytes */{len(shorter)}", "ETag": '"v1"'}
    )
    download.in_the_end(server, where, shorter)


@expert(needs=[test_goes_on_where_it_was_lost])
def test_a_weak_tag_is_no_ground_to_go_on(server: Server, folder: Path) -> None:
    """A weak ETag does not promise the same bytes, so that If-Range must not send it (13.1.5).

    Nor may it send the one of what was there before.
    """
    where, data = download.place(folder), secrets.token_bytes(600_000)
    request = download.resume(server, where, data)
    server.begin(
        request, content_type=TYPE, status=200, Content_Length=str(len(data)), ETag='W/"v2"'
    )
    server.raw(request, data[:400_000])
    download.loses(server, request, when="two thirds of another version had come")
    request = download.fetch(server, where)
    condition = request.headers.get("if-range", "")
    expect(
        not condition,
        observed=f'If-Range: {condition}, after a version with the weak ETag W/"v2"',
        expected="a request for the whole file",
        sign="no-condition",
    )
