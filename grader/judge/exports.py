"""What the suites of exports have in common: many rows, of which some can be read at first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grader.judge.checks import expect
from grader.judge.stage import Stage
from grader.judge.wire import Client

Arrived = Callable[[Client], int]  # how many rows a client has, complete ones


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


def serves_another(stage: Stage, path: str, *, arrived: Arrived) -> None:
    """A second client gets all 20 rows of a table that a first one, which came before, waits for.

    Nothing of the table has been released when this is called.
    """
    stage.get(path)
    stage.source.released = 20  # for whatever is opened from now on
    second = stage.get(path)
    expect(
        stage.until(lambda: second.complete) and arrived(second) == 20,
        observed=f"the second client had {arrived(second)} of 20 rows",
        expected="20 rows, while the first client waits",
        sign="mixed",
    )
    stage.release_all()


def has_all(came: Sequence[Any], given: Sequence[Any], *, unit: str = "row") -> None:
    """What came is what was given: each of them once, and in order."""
    pairs = enumerate(zip(came, given, strict=False), 1)
    wrong = next((f"{n} is {had}, not {was}" for n, (had, was) in pairs if had != was), None)
    expect(
        list(came) == list(given),
        observed=f"{len(came):,} {unit}s" + (f", of which number {wrong}" if wrong else ""),
        expected=f"{len(given):,} {unit}s, in the order of their ids",
        sign="differs" if came else "empty",
    )


def moment(text: Any) -> datetime | None:
    """A time in ISO 8601, or None; without an offset it is UTC, as in a database."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
