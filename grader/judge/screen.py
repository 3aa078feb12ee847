"""A client that reads server-sent events, and what several suites look for in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.judge import checks
from grader.judge.checks import expect
from grader.judge.evidence import Stopped
from grader.judge.json_body import parsed
from grader.judge.stage import Stage
from grader.judge.wire import Client
from grader.sse import Event, SseParser


@dataclass(slots=True)
class Screen:
    """A client that reads events: what a browser's EventSource would have been given.

    `number` names the field of a payload that counts the items of the feed from 1.
    """

    stage: Stage
    client: Client
    number: str
    events: list[Event] = field(default_factory=list)
    stopped: Stopped | None = None  # why the stage had to be ended, if it had
    parser: SseParser = field(default_factory=SseParser)
    _read: int = 0

    def look(self) -> list[Event]:
        for chunk in self.client.chunks[self._read :]:
            self.events += self.parser.feed(chunk.data)
        self._read = len(self.client.chunks)
        return self.events

    def messages(self) -> list[Event]:
        """What onmessage is given: the events without a type, but for a last [DONE]."""
        unnamed = [event for event in self.look() if event.type == "message"]
        return unnamed[:-1] if unnamed and unnamed[-1].data == "[DONE]" else unnamed

    def payloads(self) -> list[Any]:
        """The payloads of messages that are JSON, in order."""
        payloads = (json_of(event.data) for event in self.messages())
        return [payload for payload in payloads if payload is not None]

    def number_of(self, payload: Any) -> Any:
        """The number of an item, or None if the payload is something else."""
        number = payload.get(self.number) if isinstance(payload, dict) else None
        return number if isinstance(number, int | float | str) else None

    def arrived(self) -> int:
        """How many items onmessage was given."""
        return sum(self.number_of(payload) is not None for payload in self.payloads())


def json_of(data: str) -> Any:
    """The JSON value of a payload, or None. NaN and Infinity are not JSON (RFC 8259, 6)."""
    try:
        return parsed(data)
    except ValueError:
        return None


def dispatches_whole_events(screen: Screen) -> None:
    """Events were dispatched, the last one included.

    A block without its blank line is discarded (9.2.6).
    """
    screen.stage.until(lambda: screen.client.over)
    expect(
        bool(screen.look()),
        observed=f"no event was dispatched; the body was {screen.client.body[:400]!r}",
        expected="events such as 'data: {...}\\n\\n'",
        sign=_nothing_sign(screen),
    )
    ends_the_last_event(screen)


def ends_the_last_event(screen: Screen) -> None:
    """A blank line came behind all that was sent (9.2.6)."""
    screen.look()
    rest = screen.parser.unfinished
    expect(
        not rest.strip(),
        observed=f"the stream ended with {rest!r}, which is discarded for want of a blank line",
        expected="a blank line behind every event, the last one included",
        sign="undispatched",
    )


def dispatches(screen: Screen, *, item: str) -> None:
    """Whole events were dispatched, and every item came in one without a type.

    onmessage gets unnamed events only (9.2.6).
    """
    dispatches_whole_events(screen)
    unnamed = {None, *(screen.number_of(payload) for payload in screen.payloads())}
    typed = [event for event in screen.look() if event.type != "message"]
    types = [e.type for e in typed if screen.number_of(json_of(e.data)) not in unnamed]
    expect(
        not types,
        observed=f"{item} in an event of the type {types[0]!r}" if types else "",
        expected="no event: field, or event: message",
        sign="named",
    )


def carries_json(screen: Screen, *, item: str) -> None:
    """Every message's payload is JSON."""
    for number, event in enumerate(screen.messages(), 1):
        expect(
            json_of(event.data) is not None,
            observed=f"event {number} carries {event.data!r}",
            expected=f"a JSON object (RFC 8259) with the fields of the {item}",
            sign=payload_sign(event.data),
        )


def carries_values(screen: Screen, given: Sequence[dict[str, Any]], *, item: str) -> None:
    """Every message's payload is JSON, and has the values that the feed gave."""
    carries_json(screen, item=item)
    by_number = {value[screen.number]: value for value in given}
    for got, value in zip(screen.payloads(), given, strict=False):
        value = by_number.get(screen.number_of(got), value)  # a missing one is another matter
        expect(
            isinstance(got, dict) and {key: got.get(key) for key in value} == value,
            observed=f"{item} {value[screen.number]} arrived as "
            f"{json.dumps(got, ensure_ascii=False)}",
            expected=json.dumps(value, ensure_ascii=False),
            sign="encoded-twice" if isinstance(got, str) and json_of(got) == value else "differs",
        )


def is_not_cached(client: Client) -> None:
    """Cache-Control keeps the stream out of caches."""
    expect(
        bool(checks.directives(client, "cache-control") & {"no-cache", "no-store"}),
        observed=checks.shown(client, "Cache-Control"),
        expected="Cache-Control: no-cache, or no-store",
        sign="header",
    )


def passes_proxies(client: Client) -> None:
    """X-Accel-Buffering: no tells nginx to pass events on one by one."""
    expect(
        checks.directives(client, "x-accel-buffering") == {"no"},
        observed=checks.shown(client, "X-Accel-Buffering"),
        expected="X-Accel-Buffering: no",
        sign="header",
    )


def payload_sign(data: str) -> str:
    """How a payload looks that is no JSON."""
    if data.startswith("{'") or "': " in data:
        return "repr"
    cut = data.startswith("{") and not data.endswith("}")
    broken = json_of(data.replace("\n", " ")) is not None  # line breaks within a string
    return "broken-lines" if cut or broken else "not-json"


def _nothing_sign(screen: Screen) -> str:
    """How it looks that no event was dispatched."""
    if screen.client.received:
        return "undispatched"
    return "" if screen.stage.log.first("raised") else "empty"
