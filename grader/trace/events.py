"""A stream of server-sent events, read by the rules: its events, and what breaks the rules.

The parser is the strict one that also judges answers (WHATWG HTML, 9.2.6). What it ignores in
silence, as browsers do, is pointed out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.sse import Event, Lines, SseParser
from grader.trace.capture import Capture, Ending

TYPE = "text/event-stream"
FIELDS = ("data", "event", "id", "retry")
LIMIT = 100  # breaches that are kept, of each rule
_BOM = "\ufeff"
_LOOKS = re.compile(rb"(?:\xef\xbb\xbf)?(?:[\r\n]*:[^\r\n]*[\r\n])*[\r\n]*(?:data|event|id|retry):")


@dataclass(frozen=True, slots=True)
class Seen:
    """An event, and the piece of the body, counted from 0, that completed it."""

    event: Event
    piece: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken. `line` counts from 1; None where it is about the whole response."""

    rule: str
    text: str
    line: int | None = None
    at: float | None = None


@dataclass(slots=True)
class Stream:
    """What a body says as a stream of events."""

    events: list[Seen] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    comments: int = 0
    retry: int | None = None  # milliseconds

    def of_piece(self, number: int) -> list[Event]:
        return [seen.event for seen in self.events if seen.piece == number]


def is_stream(capture: Capture) -> bool:
    """Whether it says that it is a stream of events, or looks like one under another type."""
    if capture.header("Content-Encoding") not in (None, "identity"):
        return False
    return capture.media_type == TYPE or _LOOKS.match(capture.body[:1000]) is not None


def read(capture: Capture) -> Stream:
    """The events of a body, and every rule that it breaks."""
    parser, lines, watch = SseParser(), Lines(), _Watch()
    stream = Stream(breaches=list(_of_the_head(capture)))
    for number, piece in enumerate(capture.pieces):
        stream.events += [Seen(event, number) for event in parser.feed(piece.data)]
        for line in lines.feed(piece.data):
            watch.take(line, piece.at)
    stream.breaches += watch.breaches
    stream.breaches += _bad_bytes(capture)
    if parser.unfinished and capture.ending is Ending.COMPLETE:
        lost = f"the stream ends without a blank line, so this is lost: {parser.unfinished:.80}"
        stream.breaches.append(Breach("unfinished", lost, watch.number + 1, capture.ended))
    stream.comments, stream.retry = parser.comments, parser.retry
    return stream


def _of_the_head(capture: Capture) -> Iterator[Breach]:
    if capture.media_type != TYPE:
        given = capture.header("Content-Type")
        said = f"its Content-Type is {given}" if given else "it has no Content-Type"
        yield Breach("type", f"{said}; EventSource refuses all but {TYPE}")
    if capture.status != 200:
        yield Breach("status", f"its status is {capture.status}; EventSource accepts 200 only")
    _, _, charset = (capture.header("Content-Type") or "").lower().partition("charset=")
    if charset and charset.strip(' "').partition(";")[0].strip(' "') not in ("utf-8", "utf8"):
        yield Breach("charset", f"its charset is {charset}; a stream of events is always UTF-8")


def _bad_bytes(capture: Capture) -> Iterator[Breach]:
    """The first byte that is no UTF-8."""
    try:
        capture.body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_there = error.end == len(capture.body) and "unexpected end" in error.reason
        if cut_there and capture.ending is not Ending.COMPLETE:
            return
        before = capture.body[: error.start]
        line = len(re.findall(b"\r\n|\n|\r", before)) + 1
        wrong = capture.body[error.start]
        text = f"byte {error.start:,} (0x{wrong:02x}) is no UTF-8; clients read U+FFFD there"
        yield Breach("utf-8", text, line, _time_of(capture, error.start))


def _time_of(capture: Capture, offset: int) -> float:
    for piece in capture.pieces:
        offset -= piece.size
        if offset < 0:
            return piece.at
    return capture.ended


class _Watch:
    """What is wrong with the lines, which it is given one after another."""

    def __init__(self) -> None:
        self.number = 0
        self.breaches: list[Breach] = []
        self._fields: set[str] = set()  # of the block so far
        self._told: dict[str, int] = {}

    def take(self, line: str, at: float) -> None:
        self.number += 1
        if not line:
            self._end_block(at)
            return
        name, colon, value = line.partition(":")
        if not name:
            return
        self._fields.add(name)
        value = value.removeprefix(" ")
        if name.startswith(_BOM):
            self._tell("bom", f"a byte order mark inside the stream spoils {name[1:]!r}", at)
        elif name not in FIELDS:
            what = "unknown field" if colon else "a line without a colon that is no known field"
            near = _near(name)
            self._tell("field", f"{what}: {name[:60]!r} is ignored{near}", at)
        elif name == "id" and "\0" in value:
            self._tell("id", "an id with a NULL in it is ignored", at)
        elif name == "retry" and not re.fullmatch("[0-9]+", value):
            self._tell("retry", f"retry is not digits only, {value[:60]!r}, and is ignored", at)
        elif name == "event" and value == "error":
            text = "an event named error reaches the same listeners as a lost connection"
            self._tell("error", text, at)

    def _end_block(self, at: float) -> None:
        named, self._fields = self._fields, set()
        if "event" in named and "data" not in named:
            text = "a block with an event line and no data line dispatches nothing"
            self._tell("no-data", text, at)

    def _tell(self, rule: str, text: str, at: float) -> None:
        self._told[rule] = self._told.get(rule, 0) + 1
        if self._told[rule] <= LIMIT:
            self.breaches.append(Breach(rule, text, self.number, at))


def _near(name: str) -> str:
    plain = name.strip().lower()
    return f"; {plain} is written exactly like that" if plain in FIELDS else ""
