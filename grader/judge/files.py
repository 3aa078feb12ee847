"""What the suites of downloads have in common: files, each with its own bytes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.judge.checks import expect, shown
from grader.judge.stage import Stage


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file, as it is asked for and as it ought to come."""

    target: str
    data: bytes


def serves_another_download(stage: Stage, first: Wanted, second: Wanted) -> None:
    """While the source keeps the first download waiting, the second one is served.

    The script has been played, with as much released as the first one may have; in the end it
    gets the rest. Each gets its own bytes.
    """
    waiting = stage.get(first.target)
    stage.source.released = stage.source.script.length  # for each opening from now on
    served = stage.get(second.target)
    in_time = stage.until(lambda: served.complete)
    had = served.received
    stage.release_all()
    stage.until(lambda: waiting.over and served.over)
    expect(
        in_time,
        observed=f"the second client had {had:,} of {len(second.data):,} bytes",
        expected=f"{len(second.data):,} bytes, while the first one waits",
        sign="one-at-a-time" if served.complete and served.body == second.data else "mixed",
    )
    for client, data in ((waiting, first.data), (served, second.data)):
        expect(
            client.body == data,
            observed=f"of two clients at a time, client {client.number} had {client.received:,} "
            "bytes, and they are not those of its file",
            expected=f"the {len(data):,} bytes of its file",
            sign="kept" if client.received == len(data) else "mixed",
        )


def keeps_to_a_range(stage: Stage, wanted: Wanted) -> None:
    """A Range is ignored, or answered 206 with that part and no other (RFC 9110, 14.2, 15.3.7).

    Content-Range says which part it is (14.4).
    """
    size = len(wanted.data)
    for first, last, asked in ((100, 199, "100-199"), (size - 500, size - 1, f"{size - 500}-")):
        client = stage.get(wanted.target, Range=f"bytes={asked}")
        stage.until(lambda c=client: c.over)  # type: ignore[misc]
        part, said = wanted.data[first : last + 1], client.header("content-range")
        observed = f"Range: bytes={asked}: status {client.status}, {client.received:,} bytes"
        if client.status == 200 and client.body == wanted.data:
            continue
        expect(
            client.status == 206 and client.complete and client.body == part,
            observed=observed,
            expected=f"status 206, the {len(part):,} bytes that were asked for; or 200, and all",
            sign="differs",
        )
        expect(
            said in (f"bytes {first}-{last}/{size}", f"bytes {first}-{last}/*"),
            observed=f"{observed}, {shown(client, 'Content-Range')}",
            expected=f"Content-Range: bytes {first}-{last}/{size}",
            sign="header",
        )
