"""What can be asked of a run: each answer is taken from what was seen in it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.predict.scene import Seen
from grader.sse import SseParser

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Measure:
    """How an answer is taken from a run, and in which form it is typed."""

    of: Callable[[Seen], Value]
    form: str  # what is typed, as a noun
    words: tuple[
        str, ...
    ] = ()  # the values, where they are words: a prediction has a text for each
    besides: str = ""  # a word that may be typed in place of a number


def _events(seen: Seen) -> int:
    return len(SseParser().feed(seen.body))


def _first(seen: Seen) -> Value:
    return round(seen.chunks[0], 6) if seen.chunks else "never"


MEASURES = {
    "events": Measure(_events, "a number of events"),
    "lines": Measure(lambda seen: seen.body.count(b"\n"), "a number of lines"),
    "bytes": Measure(lambda seen: len(seen.body), "a number of bytes"),
    "chunks": Measure(lambda seen: len(seen.chunks), "a number of chunks"),
    "handed": Measure(lambda seen: seen.handed, "a number of items"),
    "first": Measure(_first, "seconds after the request, or never", besides="never"),
    "status": Measure(
        lambda seen: seen.status or "none", "a status such as 404, or none", besides="none"
    ),
    "ending": Measure(lambda seen: seen.ending, "", ("complete", "cut", "open")),
    "source": Measure(lambda seen: seen.source, "", ("closed", "open", "unopened")),
    "loop": Measure(lambda seen: seen.loop, "", ("free", "blocked")),
    "taken": Measure(
        lambda seen: "all" if seen.handed == seen.length else "part", "", ("all", "part")
    ),
}


def told(value: Value) -> str:
    """A value as it is typed and shown."""
    return f"{value:g}" if isinstance(value, float) else str(value)
