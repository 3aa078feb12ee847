"""A strict parser of server-sent events: WHATWG HTML, section 9.2.6, and nothing else.

Facts that other parsers miss, each with a test:
- Lines end at LF, CR or CRLF, and at nothing else: U+2028, U+0085 and VT are ordinary characters.
- A byte order mark is ignored once, at the very start.
- One space after the colon belongs to the syntax; a line without a colon is a field without value.
- A block without a data line dispatches nothing, but its id counts, and its type is forgotten.
- An id that contains NULL is ignored; `retry` is made of ASCII digits only.
- What has no blank line behind it when the stream ends is discarded.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_LINE_END = re.compile("\r\n|\n|\r")
_RETRY = re.compile("[0-9]{1,18}")  # longer than that it is no time that anybody waits


@dataclass(frozen=True, slots=True)
class Event:
    """A dispatched event. `type` is "message" unless the stream names another."""

    data: str
    type: str = "message"
    last_event_id: str = ""


class SseParser:
    """Feed it the body as it comes, in pieces of any size."""

    def __init__(self) -> None:
        self.retry: int | None = None  # milliseconds
        self.comments = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""  # as far as it has come
        self._at_start = True
        self._after_cr = False
        self._data: list[str] = []
        self._type = ""
        self._last_event_id = ""

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes."""
        text = self._decoder.decode(data)
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if self._after_cr and text:  # the LF of a CRLF that was cut in two
            self._after_cr = False
            text = text.removeprefix("\n")
        events, start = [], 0
        for end in _LINE_END.finditer(text):
            line, self._line = self._line + text[start : end.start()], ""
            start = end.end()
            event = self._take(line)
            if event is not None:
                events.append(event)
        self._line += text[start:]
        if text:
            self._after_cr = text.endswith("\r")
        return events

    @property
    def unfinished(self) -> str:
        """What has come and belongs to no dispatched event: lost, should the stream end here."""
        return "\n".join([*self._data, self._line])

    def _take(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        if not field:
            self.comments += 1
            return None
        self._set(field, value.removeprefix(" "))
        return None

    def _set(self, field: str, value: str) -> None:
        match field:
            case "data":
                self._data.append(value)
            case "event":
                self._type = value
            case "id" if "\0" not in value:
                self._last_event_id = value
            case "retry" if _RETRY.fullmatch(value):
                self.retry = int(value)

    def _dispatch(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._type = [], ""
        if not data:
            return None
        return Event("\n".join(data), kind or "message", self._last_event_id)
