"""A page that shows a model's reply, given to it as start, token and complete events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.judge.checks import expect
from grader.judge.evidence import Stopped
from grader.judge.model_reply import SILENCE, ModelReply, is_whole, undecoded
from grader.judge.screen import Screen, json_of, payload_sign
from grader.judge.stage import Stage
from grader.judge.wire import Client
from grader.sse import Event

KINDS = ("start", "token", "complete")
FAILURES = ("error", "failed", "failure")
DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Said:
    """One event as the page takes it: by its `event:` field, else by `type` in its JSON."""

    kind: str  # "" if nothing says which
    payload: Any  # None if it is no JSON
    event: Event


class Chat:
    """A client that reads the events of `reply`."""

    def __init__(self, stage: Stage, client: Client, reply: ModelReply) -> None:
        self.stage = stage
        self.client = client
        self.reply = reply
        self.screen = Screen(stage, client, "number")
        self.stopped: Stopped | None = None  # why the stage had to be ended, if it had

    def said(self) -> list[Said]:
        """Every event so far, but for a last [DONE] and for kinds that no page asks for."""
        events = self.screen.look()
        if events and events[-1].data.strip() == DONE:
            events = events[:-1]
        said = [_said(event) for event in events]
        return [each for each in said if each.kind in (*KINDS, "")]

    def told_of_failure(self) -> list[Said]:
        """The events that report a failure."""
        said = [_said(event) for event in self.screen.look()]
        return [s for s in said if s.kind in FAILURES or _field(s.payload, "error") is not None]

    def tokens(self) -> list[Any]:
        """The payloads of token events."""
        return [each.payload for each in self.said() if each.kind == "token"]

    def content(self) -> bytes:
        """What the page shows, encoded; a surrogate without its pair, as itself."""
        parts = (_field(payload, "content") for payload in self.tokens())
        text = "".join(part for part in parts if isinstance(part, str))
        return text.encode("utf-8", "surrogatepass")

    def arrived(self) -> int:
        """How many of the model's tokens the page has."""
        return self.reply.arrived(self.content())


def _said(event: Event) -> Said:
    payload = json_of(event.data)
    kinds = (event.type, _field(payload, "type"))
    known = [kind for kind in kinds if kind in (*KINDS, *FAILURES)]
    other = [kind for kind in kinds if isinstance(kind, str) and kind != "message"]
    return Said((*known, *other, "")[0], payload, event)


def _field(payload: Any, name: str) -> Any:
    return payload.get(name) if isinstance(payload, dict) else None


def carries_json(chat: Chat) -> None:
    """The data of every event is a JSON object."""
    for number, each in enumerate(chat.said(), 1):
        expect(
            isinstance(each.payload, dict),
            observed=f"event {number} carries {each.event.data!r}",
            expected='a JSON object (RFC 8259), such as {"type": "token", "content": "..."}',
            sign=_not_an_object(chat, each),
        )


def keeps_the_order(chat: Chat, *, sign: str = "") -> None:
    """One start comes first, then tokens, and one complete comes last.

    `sign` is for a suite that knows better what it means if they do not.
    """
    kinds = [each.kind for each in chat.said()]
    expect(
        len(kinds) > 2 and kinds == ["start", *["token"] * (len(kinds) - 2), "complete"],
        observed=f"events of the kinds {', '.join(_folded(kinds)) or 'none'}",
        expected="start, then token for token, then complete: by event:, or by type in the JSON",
        sign=sign or _disorder(chat),
    )


def shows_the_reply(chat: Chat, *, sign: str = "") -> None:
    """The contents of all token events, joined, are the reply. For `sign` see `is_whole`."""
    is_whole(chat.reply, chat.content(), chat.stage, sign=sign)


def counts_the_tokens(chat: Chat) -> None:
    """Token events are numbered from 1, and complete has their total."""
    numbers = [_field(payload, "number") for payload in chat.tokens()]
    total = _field(chat.said()[-1].payload, "total")
    expect(
        numbers == list(range(1, len(numbers) + 1)) and total == len(numbers),
        observed=f"the numbers {_shortened(numbers)}, and the total {total!r}",
        expected=f"1 to {len(numbers)} for {len(numbers)} token events, and the total of them",
        sign="miscounted",
    )


def never_completes(chat: Chat) -> None:
    """A reply that the model did not finish is not called complete."""
    chat.stage.until(lambda: chat.client.over)
    expect(
        "complete" not in [each.kind for each in chat.said()],
        observed=f"the model failed, and an event said complete after {len(chat.tokens())} tokens",
        expected="an error event, a body that is cut off, or at least no complete event",
        sign="false-end",
    )


def tells_no_failure_as_a_token(chat: Chat) -> None:
    """What the page shows of a reply that has failed are the model's own words."""
    content = chat.content()
    expect(
        chat.reply.data.startswith(content),
        observed=f"the model failed, and the contents of the tokens are {content!r}",
        expected="nothing that the model has not said: a failure is no token",
        sign="false-end",
    )


def survives_the_silence(chat: Chat) -> None:
    """A reply during which the model was silent is whole, or is not called complete."""
    reply, completed = chat.reply, "complete" in [each.kind for each in chat.said()]
    expect(
        chat.content() == reply.data if completed else chat.client.over,
        observed=f"the model was silent for {SILENCE} s, and {chat.arrived()} of its "
        f"{len(reply.tokens)} tokens came, " + ("and complete" if completed else "without an end"),
        expected="the whole reply, or the failure to wait for it shown like any other",
        sign=("lost-in-silence" if _has_beaten(chat) else "false-end") if completed else "unended",
    )


def _has_beaten(chat: Chat) -> bool:
    """Whether something was sent that no page asks for, as a sign of life."""
    return chat.screen.parser.comments > 0 or len(chat.screen.look()) > len(chat.said())


def _not_an_object(chat: Chat, said: Said) -> str:
    """The sign of an event whose data is no JSON object."""
    if isinstance(said.payload, str):
        return "encoded-twice"
    if said.event.data in chat.reply.data.decode():
        return "broken-lines"
    return payload_sign(said.event.data)


def _disorder(chat: Chat) -> str:
    """The sign of a reply without its beginning, its tokens or its end."""
    if not chat.stage.source.handed:
        return "empty"
    return undecoded(chat.stage) or "unordered"


def _folded(kinds: list[str]) -> Iterator[str]:
    """The kinds with runs of alike ones counted."""
    runs: list[tuple[str, int]] = []
    for kind in kinds:
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + 1)
        else:
            runs.append((kind, 1))
    for kind, times in runs:
        yield (kind or "(none)") + (f" ({times} times)" if times > 1 else "")


def _shortened(numbers: list[Any]) -> str:
    return ", ".join(map(repr, numbers[:12])) + (", ..." if len(numbers) > 12 else "")
