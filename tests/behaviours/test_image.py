"""What GET /download/image/{image_id} has to do: hand out a file that has a path."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.judge import checks, files
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.jpeg import around, jpeg
from grader.judge.script import StoredFile
from grader.judge.stage import Stage
from grader.judge.wire import Client

FOLDER = "/download/image/"
NOTHING = StoredFile(length=0)
MIB = 1 << 20
HOUR = "max-age=3600"


def write(stage: Stage, **sizes: int) -> dict[str, bytes]:
    """Put fresh images of about these sizes into a folder of their own, by name without suffix.

    Within them a line ends every 8 KiB: an answer may iterate over the lines of a file.
    """
    folder = stage.directory / secrets.token_hex(4)
    folder.mkdir()
    stage.settings = str(folder)
    images = {}
    for name, size in sizes.items():
        block = secrets.token_bytes(8191).replace(b"\n", b"\r") + b"\n"
        images[name] = jpeg((block * (size // len(block) + 1))[:size])
        (folder / f"{name}.jpg").write_bytes(images[name])
    return images


def play(
    stage: Stage, size: int, *, released: float = float("inf"), fails_at: int | None = None
) -> tuple[str, bytes]:
    """Put one fresh image into the library. Returns its target and its bytes."""
    number = str(secrets.randbelow(10**6) + 1000)
    data = write(stage, **{number: size})[number]
    stage.play(StoredFile(length=len(data), fails_at=fails_at), released=released)
    return FOLDER + number, data


@dataclass(slots=True)
class Download:
    """A response, and the file that it was made from."""

    stage: Stage
    client: Client
    target: str
    data: bytes


def download(stage: Stage, target: str, data: bytes, **headers: str) -> Download:
    client = stage.get(target, **headers)
    stage.until(lambda: client.over)
    return Download(stage, client, target, data)


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Download]:
    """A complete download of an image whose size is no multiple of anything."""
    with answer.stage(NOTHING) as stage:
        yield download(stage, *play(stage, 3 * 65_536 + 4_321))


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of a large image, and then leaves."""
    with answer.stage(NOTHING) as stage:
        yield checks.stall_and_leave(stage, play(stage, 10 * MIB)[0])


@essential()
def test_starts(whole: Download) -> None:
    """The response starts with status 200 and Content-Type image/jpeg."""
    checks.starts(whole.stage, whole.client, types=("image/jpeg",))


@essential(needs=[test_starts])
def test_sends_every_byte(whole: Download) -> None:
    """The image arrives byte for byte, and the response ends as its framing promised.

    Content-Length, if it is sent, is the size of the body (RFC 9110, 8.6).
    """
    checks.completes(whole.stage, whole.client)
    _is_the_file(whole)


@essential(needs=[test_sends_every_byte])
def test_sends_the_image_that_is_asked_for(stage: Stage) -> None:
    """Each id gives its own image."""
    images = write(stage, **{"1": 3000, "2": 70_000, "900719": 5000})
    for name, data in images.items():
        stage.play(StoredFile(length=len(data)))
        client = download(stage, FOLDER + name, data).client
        owner = next((n for n, image in images.items() if image == client.body), None)
        expect(
            owner == name,
            observed=f"image {name} was asked for, and the body is "
            + (f"image {owner}" if owner else f"{client.received:,} bytes of something else"),
            expected=f"image {name}",
            sign="taken-once",
        )


@essential(needs=[test_starts])
def test_may_be_kept_for_an_hour(whole: Download) -> None:
    """Cache-Control lets a browser keep the image for an hour (RFC 9111, 5.2.2.1)."""
    given = checks.directives(whole.client, "cache-control")
    expect(
        HOUR in given and not given & {"no-store", "no-cache"},
        observed=checks.shown(whole.client, "Cache-Control"),
        expected=f"Cache-Control: {HOUR}, with nothing that takes it back, as no-store does",
        sign="header",
    )


@essential(needs=[test_starts])
def test_an_unknown_image_is_404(stage: Stage) -> None:
    """An id that the library does not know is answered 404, before anything is sent."""
    write(stage, **{"1": 3000})
    client = download(stage, FOLDER + "7", b"").client
    expect(
        client.status == 404,
        observed=_answered(stage, client),
        expected="status 404",
        sign="not-found",
    )


@essential(needs=[test_starts])
def test_an_id_that_is_no_number_is_422(stage: Stage) -> None:
    """An id that is no whole number is answered 422, even if a file of that name exists."""
    images = write(stage, **{"1": 3000, "private": 3000})
    for name in ("private", "one", "1.5", "1x"):
        stage.play(StoredFile(length=len(images["private"])))
        client = download(stage, FOLDER + name, b"").client
        expect(
            client.status == 422,
            observed=f"{FOLDER}{name}: {_answered(stage, client)}"
            + (", the bytes of private.jpg" if client.body == images["private"] else ""),
            expected="status 422: the framework checks a parameter whose type says what it is",
            sign="status" if client.status == 404 and name in images else "unchecked",
        )


@essential(needs=[test_sends_every_byte])
def test_reads_do_not_block_the_loop(whole: Download) -> None:
    """No read of the file happens on the event loop's thread: a disk may be slow, or far away."""
    checks.never_blocks(whole.stage)


@essential(needs=[test_sends_every_byte])
def test_streams(stage: Stage) -> None:
    """The first part of the image reaches the client before the rest has been read."""
    target, _ = play(stage, 5 * MIB, released=3 * MIB)
    client = stage.get(target)
    if not stage.until(lambda: client.received >= MIB):
        had = client.received
        stage.release_all()
        checks.fail(
            observed=f"3 of 5 MiB could be read, and the client had {had:,} bytes",
            expected="at least 1 MiB at the client: what was read, but for a bounded read-ahead",
            sign="head-only" if had else "only-at-the-end",
        )


@essential(needs=[test_streams])
def test_a_stalled_client_stops_the_reading(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the file: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=4 * MIB)


@essential(needs=[test_streams])
def test_the_image_is_never_whole_in_memory(stalled: Stalled) -> None:
    """However it is read, no more of a large image is in memory than chunks on their way."""
    expect(
        stalled.grown < 6 * MIB,
        observed=f"memory grew by {stalled.grown / MIB:.0f} MiB for an image of 10 MiB, of which "
        "the client had read nothing",
        expected="a few chunks of it",
        sign="only-at-the-end",
    )


@essential(needs=[test_sends_every_byte])
def test_serves_others_meanwhile(stage: Stage) -> None:
    """While one download waits for the disk, another one is served, and each gets its own file."""
    images = write(stage, **{"1": 600_000, "2": 600_000})
    first, second = (files.Wanted(FOLDER + name, data) for name, data in images.items())
    stage.play(StoredFile(length=len(first.data)), released=400_000)
    files.serves_another_download(stage, first, second)


@essential(needs=[test_sends_every_byte])
def test_the_last_chunk_may_be_full(stage: Stage) -> None:
    """An image whose file is a whole number of chunks arrives to its last byte, too."""
    whole = download(stage, *play(stage, around(MIB // 2)))
    checks.completes(stage, whole.client, sign="differs")
    _is_the_file(whole)


@essential(needs=[test_sends_every_byte])
def test_a_part_is_the_one_that_was_asked_for(stage: Stage) -> None:
    """A Range is ignored, or answered 206 with that part, named by Content-Range.

    A server may ignore Range (RFC 9110, 14.2); whoever resumes a download relies on a 206.
    """
    files.keeps_to_a_range(stage, files.Wanted(*play(stage, 20_000)))


@essential(needs=[test_sends_every_byte])
def test_another_copy_is_replaced(stage: Stage) -> None:
    """Who has another version of the image gets this one, and not 304 (RFC 9110, 13.1.2)."""
    target, data = play(stage, 20_000)
    long_ago = {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    for condition in ({"If_None_Match": '"another"'}, long_ago):
        client = download(stage, target, data, **condition).client
        ((header, value),) = condition.items()
        expect(
            client.status == 200 and client.body == data,
            observed=f"{header.replace('_', '-')}: {value}: {_answered(stage, client)}",
            expected=f"status 200, and the {len(data):,} bytes of the file",
            sign="stale",
        )


@essential(needs=[test_sends_every_byte])
def test_leaves_nothing_behind(whole: Download) -> None:
    """When the image has been sent, its file is closed and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_a_stalled_client_stops_the_reading])
def test_closes_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves ends the download, and the file is closed."""
    checks.leaves_no_tasks(stalled.stage)
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")


@essential(needs=[test_streams])
def test_closes_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves in the middle ends the reading, and the file is closed."""
    target, _ = play(stage, 7 * MIB, released=2 * MIB)
    client = stage.get(target)
    before = stage.source.handed
    with stage.at_once():
        stage.hang_up(client)
        stage.release_all()
    checks.takes_no_more(stage, allowed=4 * MIB, since=before)
    checks.leaves_no_tasks(stage)
    checks.lets_go_at_last(stage, when="after the client had left")


@essential(needs=[test_sends_every_byte])
def test_a_failing_read_is_visible(stage: Stage) -> None:
    """An image that cannot be read to its end is cut off, or an error, and never half a picture."""
    target, data = play(stage, 600_000, fails_at=300_000)
    client = stage.get(target)
    stage.until(lambda: client.over)
    if client.body != data:  # else it reads by other means, which do not fail
        checks.fails_visibly(stage, client)
    checks.lets_go_at_last(stage, when="after the read had failed")


@good(needs=[test_reads_do_not_block_the_loop])
def test_opening_does_not_block_the_loop(whole: Download) -> None:
    """The file is opened in a worker thread, too."""
    trouble = whole.stage.log.first("opened_on_loop")
    expect(
        trouble is None,
        observed=trouble.text if trouble else "",
        expected="a file that is opened in a worker thread",
        sign="blocked",
    )


@good(needs=[test_sends_every_byte])
def test_keeps_the_connection(whole: Download) -> None:
    """Nothing goes wrong behind the last byte, so that the connection serves another request."""
    checks.keeps_the_connection(whole.stage, whole.client)


@good(needs=[test_sends_every_byte])
def test_announces_the_size(whole: Download) -> None:
    """Content-Length announces the size, so that a client can show progress and notice a loss."""
    expect(
        whole.client.header("content-length") == str(len(whole.data)),
        observed=checks.shown(whole.client, "Content-Length"),
        expected=f"Content-Length: {len(whole.data)}",
        sign="header",
    )


@good(needs=[test_starts])
def test_has_a_validator(stage: Stage) -> None:
    """ETag or Last-Modified lets a client ask whether its copy still holds (RFC 9110, 8.8).

    When the image is another one, so is the validator.
    """
    given = []
    for size, modified in ((3000, 1_700_000_000), (4000, 1_750_000_000)):
        data = write(stage, **{"1": size})["1"]
        os.utime(Path(stage.settings) / "1.jpg", (modified, modified))
        stage.play(StoredFile(length=len(data)))
        client = download(stage, FOLDER + "1", data).client
        given.append([client.header(name) for name in ("etag", "last-modified")])
    before, after = given
    expect(
        any(before),
        observed="neither an ETag nor a Last-Modified header",
        expected="at least one of them",
        sign="header",
    )
    expect(
        not any(old and old == new for old, new in zip(before, after, strict=True)),
        observed=f"{checks.shown(client, 'ETag')}, {checks.shown(client, 'Last-Modified')}, after "
        "another image had taken the place of one with "
        f"{' and '.join(value for value in before if value)}",
        expected="a validator that changes with the image",
        sign="header",
    )


@good(needs=[test_an_unknown_image_is_404])
def test_an_odd_number_is_no_fault_of_the_server(stage: Stage) -> None:
    """An id that is negative or enormous is answered 404 or 422."""
    write(stage, **{"1": 3000})
    for name in ("0", "-1", str(10**30)):
        client = download(stage, FOLDER + name, b"").client
        expect(
            client.status in (404, 422),
            observed=f"{FOLDER}{name}: {_answered(stage, client)}",
            expected="status 404, or 422",
            sign="not-found",
        )


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Download) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, whole.target)


@expert(needs=[test_closes_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The file is closed at once when a stalled client leaves, not at a garbage collection."""
    checks.let_go_promptly(stalled)


@expert(needs=[test_has_a_validator])
def test_a_copy_that_still_holds_is_not_sent_again(stage: Stage) -> None:
    """Who has the current image, and says so, gets 304 without a body (RFC 9110, 15.4.5).

    FileResponse sends validators, and never looks at If-None-Match itself. The condition may be a
    list, is compared weakly (13.1.2), and * fits any image. 304 repeats ETag and Cache-Control.
    """
    target, data = play(stage, 20_000)
    first = download(stage, target, data).client
    etag, modified = first.header("etag"), first.header("last-modified")
    opaque = (etag or "").removeprefix("W/")
    forms = [opaque, f"W/{opaque}", f'"another", {opaque}', f'{opaque}, "another"', "*"]
    conditions = [{"If_None_Match": form} for form in forms if etag]
    for condition in conditions or [{"If_Modified_Since": modified or ""}]:
        again = download(stage, target, data, **condition).client
        kept = [again.header(name) == first.header(name) for name in ("etag", "cache-control")]
        (asked,) = condition.values()
        expect(
            again.status == 304 and not again.received and all(kept),
            observed=f"{checks.shown(first, 'ETag')}; asked again with {asked}: status "
            f"{again.status}, {checks.shown(again, 'ETag')}, "
            f"{checks.shown(again, 'Cache-Control')}, {again.received:,} bytes of body",
            expected=f"status 304, {checks.shown(first, 'ETag')}, "
            f"{checks.shown(first, 'Cache-Control')}, and no body",
            sign="status",
        )


@expert(needs=[test_announces_the_size])
def test_a_part_can_be_asked_for(stage: Stage) -> None:
    """A Range is answered 206 with that part, so that a download can go on where it was cut off.

    A server may ignore Range (RFC 9110, 14.2).
    """
    target, data = play(stage, 100_000)
    client = download(stage, target, data, Range="bytes=50000-").client
    expect(
        client.status == 206 and client.body == data[50_000:],
        observed=f"Range: bytes=50000-: status {client.status}, {client.received:,} bytes",
        expected=f"status 206, the last {len(data) - 50_000:,} bytes",
        sign="status",
    )


@expert(needs=[test_starts])
def test_is_not_sniffed(whole: Download) -> None:
    """X-Content-Type-Options: nosniff keeps a browser from running an image that is none."""
    checks.is_not_sniffed(whole.client)


def _is_the_file(whole: Download) -> None:
    body, data = whole.client.body, whole.data
    expect(
        body == data,
        observed=f"{len(body):,} bytes, which differ from the file's",
        expected=f"the {len(data):,} bytes of the file",
        sign="differs",
    )


def _answered(stage: Stage, client: Client) -> str:
    raised = stage.log.first("raised")
    return f"status {client.status}" + (f", after {raised.text}" if raised else "")
