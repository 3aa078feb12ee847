"""What the suites of exports have in common: many rows, of which some can be read at first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grader.judge.checks import expect, fail, needs_virtual_time, retold
from grader.judge.stage import Stage
from grader.judge.wire import Client

Arrived = Callable[[Client], int]  # how many rows a client has, complete ones
Whole = Callable[[Client], None]  # raises `Unmet` unless a client has got all that there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """A table of 2,000 rows, of which 1,100 could be read at first and all in the end.

    The counts are multiples of usual batches and pages, where their last one may go wrong.
    """

    stage: Stage
    client: Client
    name: str  # of every row, before its number
    begun: bool  # enough rows came while not all of them could be read
    had: int  # rows that the client had then
    bytes_had: int


def stream_in_two(stage: Stage, path: str, *, name: str, arrived: Arrived) -> Streamed:
    """Ask for an export of 2,000 rows, of which 1,100 are released; and then release all."""
    client = stage.get(path)
    begun = stage.until(lambda: arrived(client) >= 500)
    had, bytes_had = arrived(client), client.received
    stage.release_all()
    stage.until(lambda: client.over)
    return Streamed(
        stage=stage, client=client, name=name, begun=begun, had=had, bytes_had=bytes_had
    )


def begins_early(streamed: Streamed) -> None:
    """The first rows came while later ones had not been read, but for a batch of up to 1,000."""
    expect(
        streamed.begun,
        observed=f"1,100 of 2,000 rows could be read, and the client had {streamed.had}",
        expected="at least 500 rows at the client: what was read, but for a batch of up to 1,000",
        sign="head-only" if streamed.bytes_had else "only-at-the-end",
    )


def reads_before_it_lets_go(stage: Stage) -> None:
    """No row was read from a connection that was back in the pool."""
    trouble = stage.log.first("read_closed")
    expect(
        trouble is None,
        observed=trouble.text if trouble else "",
        expected="every row read before the connection is given back",
        sign="closed-early",
    )


def serves_two(stage: Stage, path: str, *, arrived: Arrived, whole: Whole) -> None:
    """A second client gets all rows while a first one, which came before, waits for the last ones.

    Both get what they would get alone.
    """
    every = stage.source.script.length
    first = stage.get(path)
    stage.source.released = every  # for whatever is opened from now on
    second = stage.get(path)
    if not stage.until(lambda: second.over):
        had = arrived(second)
        fail(
            observed=f"the second client had {had} of {every} rows, and waited with the first one",
            expected=f"{every} rows, while the first client waits",
            sign=_waiting_sign(stage, first, second, had=had, arrived=arrived),
        )
    stage.release_all()
    stage.until(lambda: first.over)
    for client, which in ((second, "second"), (first, "first")):
        with retold(
            f"of two clients at a time, the {which} got: ",
            sign="kept" if len(stage.source.openings) > 1 else "mixed",
        ):
            whole(client)


def _waiting_sign(
    stage: Stage, first: Client, second: Client, *, had: int, arrived: Arrived
) -> str:
    """How it goes on: each gets all of its own source, one after the other, or they share one."""
    stage.release_all()
    stage.until(lambda: first.over and second.over)
    every = stage.source.script.length
    own = not had and len(stage.source.openings) > 1
    return "one-at-a-time" if own and arrived(first) == arrived(second) == every else "mixed"


def is_not_begun_again(stage: Stage, client: Client, *, whole: Whole) -> None:
    """A response whose source fails once fails visibly, or goes on where it was."""
    _whole_or_cut(stage, client, after="failed once", sign="begun-again", whole=whole)


def outlasts_a_silence(stage: Stage, client: Client, *, whole: Whole) -> None:
    """A source that is silent for a minute is not at its end: the rest comes, or a visible failure.

    Part of it has been released when this is called. A limit of time is fine.
    """
    if stage.real:
        needs_virtual_time()
    stage.advance(61)
    stage.release_all()
    _whole_or_cut(stage, client, after="was silent for a minute", sign="false-end", whole=whole)


def _whole_or_cut(stage: Stage, client: Client, *, after: str, sign: str, whole: Whole) -> None:
    """The response is whole, is cut off before its end, or has an error status."""
    stage.until(lambda: client.over)
    expect(
        client.over,
        observed=f"the source {after}, and the response neither ended nor was cut off",
        expected="a response that ends, or is cut off",
        sign="unended",
    )
    if not client.complete or (client.status or 0) >= 500:
        return
    told = f"the source {after}, and the response was complete: "
    with retold(told, sign=sign, also="; or a body that is cut off"):
        whole(client)


def id_with_gaps(number: int) -> int:
    """The id of this row of a small table: ids do not begin at 1, and some of them are missing."""
    return 6 + number + number // 3


def has_all(
    came: Sequence[Any],
    given: Sequence[Any],
    *,
    unit: str = "row",
    order: str = "in the order of their ids, which have gaps",
) -> None:
    """What came is what was given: each of them once, and in order."""
    pairs = enumerate(zip(came, given, strict=False), 1)
    wrong = next((f"{n} is {had}, not {was}" for n, (had, was) in pairs if had != was), None)
    expect(
        list(came) == list(given),
        observed=f"{len(came):,} {unit}s" + (f", of which number {wrong}" if wrong else ""),
        expected=f"{len(given):,} {unit}s, {order}",
        sign="differs" if came else "empty",
    )


def moment(text: Any) -> datetime | None:
    """A time in ISO 8601, or None; without an offset it is UTC, as in a database."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
