"""What GET /download/large-file has to do: send a file of known size from a handle that blocks."""

from __future__ import annotations

import codecs
import secrets
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from grader.judge import checks, files
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.script import Bytes
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/download/large-file"
NAME = "large-file.bin"
MIB = 1 << 20


def play(
    stage: Stage,
    size: int,
    *,
    released: float = float("inf"),
    fails_at: int | None = None,
    line: int = 8192,
) -> Bytes:
    """Put a fresh file of `size` bytes into the storage, with a line break every `line` bytes.

    An answer may iterate over the lines of the handle, each of which costs it a hop to a thread:
    there are not too many of them. With 0 there is none.
    """
    # The period is prime, so that no exchange of chunks can go unnoticed.
    block = bytearray(secrets.token_bytes(65_521).replace(b"\n", b"\r"))
    for end in range(line, len(block), line) if line else ():
        block[end] = ord("\n")
    script = Bytes(data=bytes(block), size=size, fails_at=fails_at)
    stage.play(script, released=released)
    return script


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[SimpleNamespace]:
    """A complete download of a file whose size is no multiple of anything."""
    with answer.stage(Bytes(data=b"")) as stage:
        data = play(stage, 3 * 65_536 + 4_321, line=251).whole
        client = stage.get(PATH)
        stage.until(lambda: client.over)
        yield SimpleNamespace(stage=stage, client=client, data=data)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of a large file, and then leaves."""
    with answer.stage(Bytes(data=b"")) as stage:
        play(stage, 6 * MIB)
        yield checks.stall_and_leave(stage, PATH)


@essential()
def test_starts(whole: SimpleNamespace) -> None:
    """The response starts with status 200 and Content-Type application/octet-stream."""
    checks.starts(whole.stage, whole.client, types=("application/octet-stream",))


@essential(needs=[test_starts])
def test_sends_every_byte(whole: SimpleNamespace) -> None:
    """The file arrives byte for byte, and the response ends as its framing promised.

    Content-Length, if it is sent, is the size of the body (RFC 9110, 8.6).
    """
    _comes_whole(whole.stage, whole.client, whole.data)


@good(needs=[test_sends_every_byte])
def test_announces_the_size(whole: SimpleNamespace) -> None:
    """Content-Length announces the size, so that a client can show progress and notice a loss."""
    expect(
        whole.client.header("content-length") == str(len(whole.data)),
        observed=checks.shown(whole.client, "Content-Length"),
        expected=f"Content-Length: {len(whole.data)}",
        sign="header",
    )


@good(needs=[test_sends_every_byte])
def test_keeps_the_connection(whole: SimpleNamespace) -> None:
    """Nothing goes wrong behind the last byte, so that the connection serves another request.

    What is raised there, as over a byte beyond Content-Length, makes the server close it.
    """
    checks.keeps_the_connection(whole.stage, whole.client)


@essential(needs=[test_starts])
def test_is_an_attachment(whole: SimpleNamespace) -> None:
    """Content-Disposition makes it an attachment called large-file.bin (RFC 6266)."""
    expect(
        checks.attachment_name(whole.client) == NAME,
        observed=checks.shown(whole.client, "Content-Disposition"),
        expected=f'Content-Disposition: attachment; filename="{NAME}"',
        sign="header",
    )


@essential(needs=[test_starts])
def test_is_not_sniffed(whole: SimpleNamespace) -> None:
    """X-Content-Type-Options: nosniff keeps a browser from guessing another type."""
    checks.is_not_sniffed(whole.client)


@essential(needs=[test_starts])
def test_reads_do_not_block_the_loop(whole: SimpleNamespace) -> None:
    """No read of the blocking handle happens on the event loop's thread."""
    checks.never_blocks(whole.stage)


@good(needs=[test_reads_do_not_block_the_loop])
def test_opening_does_not_block_the_loop(whole: SimpleNamespace) -> None:
    """Asking for the size, opening and closing, which block as well, are kept off the loop."""
    trouble = whole.stage.log.first("opened_on_loop", "closed_on_loop")
    expect(
        trouble is None,
        observed=trouble.text if trouble else "",
        expected="every call of the storage in a worker thread",
        sign="blocked",
    )


@essential(needs=[test_sends_every_byte])
def test_streams(stage: Stage) -> None:
    """The first part of the file reaches the client before the rest has been read."""
    play(stage, 24 * MIB, released=4 * MIB)
    client = stage.get(PATH)
    if not stage.until(lambda: client.received >= 2 * MIB):
        checks.fail(
            observed=f"4 MiB of a file could be read, and the client had {client.received:,} bytes",
            expected="at least 2 MiB at the client: what was read, but for a bounded read-ahead",
            sign=_lateness(stage, client),
        )


@good(needs=[test_streams])
def test_chunks_are_not_lines(stage: Stage) -> None:
    """A file without a line break is sent in chunks as well, and not as one line."""
    play(stage, 6 * MIB, released=4 * MIB, line=0)
    client = stage.get(PATH)
    expect(
        stage.until(lambda: client.received >= 2 * MIB),
        observed=f"4 MiB without a line break could be read, and the client had {client.received:,}"
        " bytes",
        expected="at least 2 MiB at the client, in chunks of a size that the endpoint chooses",
    )


@essential(needs=[test_sends_every_byte])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one download waits for the storage, another one is served, and both get the file."""
    file = files.Wanted(PATH, play(stage, 600_000, released=400_000).whole)
    files.serves_another_download(stage, file, file)


@essential(needs=[test_streams])
def test_a_stalled_client_stops_the_reading(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the file: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=5 * MIB)


@essential(needs=[test_streams])
def test_memory_does_not_grow(fresh_stage: Stage) -> None:
    """Memory does not grow with what has been sent."""
    play(fresh_stage, 6 * MIB, released=0)
    client = fresh_stage.get(PATH)
    checks.does_not_grow(fresh_stage, client, first=2 * MIB, then=3 * MIB, body=3 * MIB)


@essential(needs=[test_sends_every_byte])
def test_leaves_nothing_behind(whole: SimpleNamespace) -> None:
    """When the file has been sent, its handle is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_a_stalled_client_stops_the_reading])
def test_closes_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the download, and the handle is closed."""
    checks.leaves_no_tasks(stalled.stage)
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")


@expert(needs=[test_closes_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The handle is closed at once when a stalled client leaves, not at a garbage collection.

    A synchronous generator cannot: Starlette stops iterating it, and its finally waits.
    """
    checks.let_go_promptly(stalled)


@essential(needs=[test_streams])
def test_closes_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves in the middle ends the reading, and the handle is closed."""
    play(stage, 24 * MIB, released=2 * MIB)
    client = stage.get(PATH)
    before = stage.source.handed
    with stage.at_once():
        stage.hang_up(client)
        stage.release_all()
    checks.takes_no_more(stage, allowed=12 * MIB, since=before)
    checks.leaves_no_tasks(stage)
    checks.lets_go_at_last(stage, when="after the client had left")


@essential(needs=[test_sends_every_byte])
def test_a_failing_read_cuts_the_body_off(stage: Stage) -> None:
    """A file that fails in the middle is cut off, and not passed off as complete."""
    data = play(stage, 600_000, fails_at=300_000).whole
    client = stage.get(PATH)
    checks.fails_visibly(stage, client)
    expect(
        data.startswith(client.body) or (client.status or 0) >= 500,
        observed=f"{client.received:,} bytes, which are not the beginning of the file",
        expected="the file's own bytes until it is cut off, and nothing else",
        sign="false-end",
    )
    checks.lets_go_at_last(stage, when="after the read had failed")


@essential(needs=[test_sends_every_byte])
def test_a_file_that_fails_at_once_is_not_empty(stage: Stage) -> None:
    """A file that fails at its first byte gives an error, not an empty download."""
    play(stage, 600_000, fails_at=0)
    client = stage.get(PATH)
    checks.fails_visibly(stage, client)
    checks.lets_go_at_last(stage, when="after the read had failed")


@essential(needs=[test_sends_every_byte])
def test_the_last_chunk_may_be_full(stage: Stage) -> None:
    """A file that is a whole number of chunks arrives to its last byte, too."""
    data = play(stage, MIB // 2).whole
    client = stage.get(PATH)
    stage.until(lambda: client.over)
    _comes_whole(stage, client, data)


@essential(needs=[test_sends_every_byte])
def test_a_part_is_the_one_that_was_asked_for(stage: Stage) -> None:
    """A Range is ignored, or answered 206 with that part, named by Content-Range.

    A server may ignore Range (RFC 9110, 14.2); whoever resumes a download relies on a 206.
    """
    files.keeps_to_a_range(stage, files.Wanted(PATH, play(stage, 20_000).whole))


@good(needs=[test_sends_every_byte])
def test_a_missing_file_is_an_error_status(stage: Stage) -> None:
    """A file that is not there is answered with an error status, before anything is streamed."""
    play(stage, 100)
    stage.source.refuses = "no such object"
    client = stage.get(PATH)
    stage.until(lambda: client.over)
    expect(
        (client.status or 0) >= 400,
        observed=f"status {client.status}, {client.received} bytes of body",
        expected="status 404, or another error",
        sign="status",
    )


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: SimpleNamespace) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(whole: SimpleNamespace) -> None:
    """HEAD is answered without a body, and leaves no handle open."""
    checks.answers_head_at_once(whole.stage, PATH)


def _comes_whole(stage: Stage, client: Client, data: bytes) -> None:
    """The body is the file, and complete."""
    sign = _loss(stage, client, data)
    checks.completes(stage, client, sign=sign)
    if client.body != data:
        checks.fail(
            observed=_difference(client.body, data),
            expected=f"the {len(data):,} bytes of the file",
            sign=sign,
        )


def _lateness(stage: Stage, client: Client) -> str:
    """How the bytes come that are late, by letting time pass and then the source go on."""
    had = client.received
    if stage.blocked_on is not None:
        return "blocked"
    if stage.until(lambda: client.received > had):
        return "paced"
    stage.release(12 * MIB)
    if stage.until(lambda: client.received >= had + 2 * MIB):
        return "batches"
    stage.release_all()
    return "head-only" if had else "only-at-the-end"


def _loss(stage: Stage, client: Client, data: bytes) -> str:
    """Why a body is not the file, or not complete."""
    had = client.received
    if not client.over:
        return "paced" if stage.until(lambda: client.received > had) else "unended"
    raised = stage.log.first("raised")
    error = raised.text if raised else ""
    if not had and "closed file" in error:
        return "closed-early"
    if error.startswith("UnicodeDecodeError") or _is_text(client.body):
        return "text"
    if client.header("content-length") not in (None, str(len(data))):
        return "length"
    return "differs"


def _is_text(body: bytes) -> bool:
    """Whether random bytes have come as UTF-8, which a decoding and an encoding make of them."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return False
    return len(body) > 100


def _difference(body: bytes, data: bytes) -> str:
    if len(body) != len(data):
        return f"{len(body):,} bytes"
    first = next(i for i, (a, b) in enumerate(zip(body, data, strict=True)) if a != b)
    return f"{len(body):,} bytes, which differ from byte {first:,} on"
