"""A strict parser of server-sent events: WHATWG HTML, sections 9.2.5 and 9.2.6, and nothing else.

Facts that other parsers miss, each with a test:
- Lines end at LF, CR or CRLF, and at nothing else: U+2028, U+0085 and VT are ordinary characters.
- A byte order mark is ignored once, at the very start.
- One space after the colon belongs to the syntax; a line without a colon is a field without value.
- A block without a data line dispatches nothing, but its id counts, and its type is forgotten.
- An id that contains NULL is ignored; `retry` is made of ASCII digits only.
- What has no blank line behind it when the stream ends is discarded, and so is its id.

The standard knows no limit; whoever names one is safe from a line, or an event, without an end.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from math import inf

_LINE_END = re.compile("\r\n|\n|\r")  # 9.2.5, end-of-line
_RETRY = re.compile("[0-9]{1,18}")  # longer than that it is no time that anybody waits


class TooLong(ValueError):
    """An event had more characters than the reader wants to hold."""


@dataclass(frozen=True, slots=True)
class Event:
    """A dispatched event. `type` is "message" unless the stream names another."""

    data: str
    type: str = "message"
    last_event_id: str = ""


class Lines:
    """The lines of a stream. Feed it the body as it comes, in pieces of any size."""

    def __init__(self) -> None:
        self._parts: list[str] = []  # of the line that has begun
        self.held = 0  # characters of it
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # 9.2.6: UTF-8 decode
        self._at_start = True
        self._after_cr = False

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes, without their ends."""
        text = self._decoder.decode(data)
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix("\ufeff")  # 9.2.5, stream: one byte order mark, at the start
        if self._after_cr and text:  # 9.2.5, end-of-line: the LF of a CRLF that was cut in two
            self._after_cr = False
            text = text.removeprefix("\n")
        if text:
            self._after_cr = text.endswith("\r")
        lines, start = [], 0
        for end in _LINE_END.finditer(text):
            lines.append("".join([*self._parts, text[start : end.start()]]))
            self._parts, self.held, start = [], 0, end.end()
        if start < len(text):
            self._parts.append(text[start:])
            self.held += len(text) - start
        return lines

    @property
    def rest(self) -> str:
        """What has come behind the last line: without an end it is none (9.2.6)."""
        return "".join(self._parts)


class SseParser:
    """Feed it the body as it comes, in pieces of any size. A new connection takes a new parser.

    `last_event_id` is what a reconnection has to send: at first what is given, then the id of the
    last block that has ended. `retry` is the reconnection time in milliseconds, once it is known.
    `longest` limits the characters of an event that is not complete.
    """

    def __init__(self, last_event_id: str = "", *, longest: float = inf) -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self.comments = 0
        self._lines = Lines()
        self._longest = longest
        self._data: list[str] = []
        self._held = 0  # characters of it, with its line feeds
        self._type = ""
        self._id = last_event_id  # empty in 9.2.6; a browser goes on with what it has (Chromium)

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes. Raises `TooLong`."""
        taken = [self._take(line) for line in self._lines.feed(data)]
        if self._lines.held + self._held > self._longest:
            raise TooLong(f"an event of more than {self._longest:,} characters")
        return [event for event in taken if event is not None]

    @property
    def unfinished(self) -> str:
        """What has come and belongs to no dispatched event: lost, should the stream end here."""
        return "\n".join([*self._data, self._lines.rest])

    def _take(self, line: str) -> Event | None:
        if not line:  # 9.2.6: a blank line
            return self._dispatch()
        field, _, value = line.partition(":")  # 9.2.6: at the first colon; without one, no value
        if not field:  # 9.2.6: a line that starts with a colon is ignored
            self.comments += 1
            return None
        self._set(field, value.removeprefix(" "))  # 9.2.6: one space, no more
        return None

    def _set(self, field: str, value: str) -> None:
        """Process a field (9.2.6). Its name is compared as it is; one without a case is ignored."""
        match field:
            case "data":
                self._data.append(value)  # 9.2.6, "data": the value and a line feed
                self._held += len(value) + 1
            case "event":
                self._type = value  # 9.2.6, "event": the last one counts
            case "id" if "\0" not in value:
                self._id = value  # 9.2.6, "id": unless it contains NULL
            case "retry" if _RETRY.fullmatch(value):
                self.retry = int(value)  # 9.2.6, "retry": ASCII digits only, in base ten

    def _dispatch(self) -> Event | None:
        """Dispatch the event (9.2.6)."""
        self.last_event_id = self._id  # step 1, whether or not there is any data
        data, kind = self._data, self._type
        self._data, self._held, self._type = [], 0, ""  # steps 2 and 7
        if not data:  # step 2; one empty data line is a line feed, and so not empty
            return None
        return Event("\n".join(data), kind or "message", self.last_event_id)  # steps 3 to 6
