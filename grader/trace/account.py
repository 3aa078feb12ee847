"""All that is known of one request: what came, its events, its headers, its pace; and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from grader.trace.capture import Capture, Ending, Framing
from grader.trace.events import Stream, is_stream, read
from grader.trace.headers import Note, notes
from grader.trace.pace import Pace, pace

SCHEMA = "streamdrill.trace/1"
ENDINGS = {
    Ending.COMPLETE: "complete",
    Ending.CUT: "cut off before its end",
    Ending.TIME: "not at its end when the time was up",
    Ending.ENOUGH: "not at its end when enough had come",
    Ending.INTERRUPTED: "not at its end when it was interrupted",
    Ending.BROKEN: "no longer HTTP",
}
_TEXT = ("text/", "json", "csv", "xml")


@dataclass(frozen=True, slots=True)
class Account:
    """A capture and everything that follows from it. `stream` is None if there are no events."""

    capture: Capture
    stream: Stream | None
    notes: tuple[Note, ...]
    pace: Pace

    @property
    def noun(self) -> str:
        """What a piece of the body is."""
        return "chunk" if self.capture.framing is Framing.CHUNKED else "read"

    def preview(self, number: int) -> str | None:
        """The beginning of a piece of text; None if it is no text, or is shown as events."""
        kind = self.capture.media_type
        if self.stream is not None or not any(word in kind for word in _TEXT):
            return None
        return self.capture.pieces[number].data[:300].decode("utf-8", "replace")

    @property
    def summary(self) -> str:
        """One line that says it all."""
        seen = self.capture
        parts = [f"{seen.status}", f"first byte after {span(seen.head_at)}"]
        if self.stream is not None:
            parts.append(counted(len(self.stream.events), "event"))
        parts.append(f"{counted(seen.received, 'byte')} in {counted(len(seen.pieces), self.noun)}")
        parts.append(f"{ENDINGS[seen.ending]} after {span(seen.ended)}")
        if self.stream is not None and self.stream.breaches:
            parts.append(f"{counted(len(self.stream.breaches), 'breach')} of the rules")
        parts.append(f"buffering: {self.pace.suspicion}")
        return ", ".join(parts)


def account(capture: Capture) -> Account:
    stream = read(capture) if is_stream(capture) else None
    return Account(capture, stream, tuple(notes(capture)), pace(capture, stream))


def span(seconds: float | None) -> str:
    """A length of time with as many digits as mean something."""
    if seconds is None:
        return "never"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def to_json(about: Account) -> dict[str, Any]:
    """The document that `--json` prints. Times are seconds since the request set out."""
    seen, stream = about.capture, about.stream
    return {
        "schema": SCHEMA,
        "method": seen.method,
        "url": seen.url,
        "redirects": [{"status": status, "url": url} for status, url in seen.redirects],
        "connection": asdict(seen.connection),
        "version": seen.version,
        "status": seen.status,
        "headers": [list(header) for header in seen.headers],
        "head_at": seen.head_at,
        "body_at": seen.body_at,
        "ended": seen.ended,
        "ending": seen.ending.value,
        "framing": seen.framing.value,
        "received": seen.received,
        "pieces": [
            {"began": each.began, "at": each.at, "size": each.size, "whole": each.whole}
            for each in seen.pieces
        ],
        "events": None
        if stream is None
        else [
            {**asdict(each.event), "piece": each.piece, "at": seen.pieces[each.piece].at}
            for each in stream.events
        ],
        "breaches": [asdict(breach) for breach in stream.breaches] if stream else [],
        "notes": [asdict(note) for note in about.notes],
        "buffering": {"suspicion": about.pace.suspicion.value, "text": about.pace.text},
        "summary": about.summary,
    }
