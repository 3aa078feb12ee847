"""A language model's reply as the judge makes it up, and how much of it has come to a client."""

from __future__ import annotations

import codecs
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from grader.judge.checks import expect, fail, needs_virtual_time, waits_for_the_end
from grader.judge.script import Pieces
from grader.judge.stage import Stage
from grader.judge.wire import Client

LONG = 300  # tokens of a reply that is longer than most
SILENCE = 300  # seconds for which a model may think; whoever gives up earlier has to say so


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The tokens of one reply, which may end inside a character."""

    tokens: Sequence[bytes]

    @property
    def data(self) -> bytes:
        return b"".join(self.tokens)

    def script(self, **how: Any) -> Pieces:
        """The script of a source that says it."""
        return Pieces(pieces=self.tokens, unit="token", **how)

    def arrived(self, received: bytes) -> int:
        """How many tokens have come, if `received` has.

        What a token has of a character that is not whole yet may come with the next one.
        """
        right = _common(received, self.data)
        decoder = codecs.getincrementaldecoder("utf-8")()
        whole = 0
        for number, token in enumerate(self.tokens):
            whole += len(decoder.decode(token).encode())
            if whole > right:
                return number
        return len(self.tokens)


def spoken(count: int) -> ModelReply:
    """A reply of so many words that nobody can know beforehand."""
    return ModelReply([f" {secrets.token_hex(2)}".encode() for _ in range(count)])


def awkward() -> ModelReply:
    """A fresh reply whose tokens break what strips, splits, joins or decodes them one by one."""
    nonce = secrets.token_hex(4).encode()
    return ModelReply(
        [
            *(b" ", b" Well", b",", b" ", b" ", b"**" + nonce + b"**", b"\n", b"\n\n", b"1.\tone"),
            *(b"\r\n", b"2. ", b" snack \xf0\x9f", b"\xa5\xa8", b"\xf0", b"\x9f", b"\x99", b"\x82"),
            *(b" caf", b"e\xcc", b"\x81", b" sep\xe2\x80", b"\xa8", b"arator\xc2", b"\x85 next"),
            *(b' <b>"&amp;\\n', b" ha", b" ha", b" ha", b"\n\ndata: forged\n\n"),
            *(b"event: complete\n", b'data: {"type": "complete"}\n\n', b"[DONE]", b"\n", b" "),
        ]
    )


def in_steps() -> ModelReply:
    """A fresh reply to be said token by token: words, white space, split characters, more words."""
    begin, end = spoken(3).tokens, spoken(30).tokens
    odd = (b" ", b"\n\n", b"snack \xf0\x9f", b"\xa5\xa8", b" cafe\xcc", b"\x81")
    return ModelReply([*begin, *odd, *end])


def is_whole(reply: ModelReply, received: bytes, stage: Stage, *, sign: str = "") -> None:
    """What was received is the reply.

    `sign` is for a suite that knows better what it means if it is not.
    """
    expect(
        received == reply.data,
        observed=f"the reply arrived as {received!r}",
        expected=repr(reply.data),
        sign=sign or _how_altered(reply, received, stage),
    )


def is_not_cut_short(reply: ModelReply, received: bytes) -> None:
    """What was received of a long reply is all of it."""
    expect(
        received == reply.data,
        observed=f"{reply.arrived(received):,} of {len(reply.tokens):,} tokens arrived",
        expected="all of them, as the model has not failed",
        sign="differs",
    )


def passes_the_prompt_on(stage: Stage, path: str) -> None:
    """The model is asked what the client asked, however a client encodes it in the query."""
    nonce = secrets.token_hex(4)
    odd = f' what is a&b=c #1 + 50%? {nonce} "q" \\ %41 ;\n\r\n\u2028 caf\u00e9 \U0001f968 <b> '
    for prompt in (odd, f"{nonce} is long. " * 200):
        for encode in (quote, quote_plus):
            stage.play(spoken(2).script())
            before = len(stage.source.openings)
            client = stage.get(f"{path}?prompt={encode(prompt, safe='')}")
            stage.until(lambda c=client: c.over)  # type: ignore[misc]
            asked = [opening.argument for opening in stage.source.openings[before:]]
            if asked != [prompt]:
                fail(
                    observed=f"the model was asked {', '.join(map(repr, asked)) or 'nothing'} "
                    f"(status {client.status})",
                    expected=f"once, for {prompt!r}",
                    sign="prompt" if asked else _unasked(stage, prompt),
                )


def _unasked(stage: Stage, prompt: str) -> str:
    """The sign of a model that was not asked: who fails before that has not altered the prompt."""
    if stage.log.first("raised"):
        return ""
    known = any(opening.argument == prompt for opening in stage.source.openings)
    return "kept" if known else "prompt"


def needs_no_prompt(client: Client) -> None:
    """A request without a prompt was not refused."""
    expect(
        client.status == 200,
        observed=f"without a prompt: status {client.status}",
        expected="status 200: the prompt has a default",
        sign="required",
    )


def comes_to_an_end(stage: Stage, client: Client) -> None:
    """Wait for the end of a response that may take its time: to ask again, or to look typed."""
    waits_for_the_end(stage, client, seconds=SILENCE)


def is_asked_once(stage: Stage, client: Client) -> None:
    """A model that has failed in the middle of its reply is not asked for another one."""
    comes_to_an_end(stage, client)
    asked = len(stage.source.openings)
    expect(
        asked == 1,
        observed=f"the model failed in the middle of its reply, and was asked {asked} times",
        expected="once: another reply has other words, and costs as much again",
        sign="retried",
    )


def falls_silent(stage: Stage, client: Client) -> None:
    """Let the model think for minutes and then say the rest, and wait for the end."""
    if stage.real:
        needs_virtual_time()
    stage.advance(SILENCE)
    stage.release_all()
    comes_to_an_end(stage, client)


def undecoded(stage: Stage) -> str:
    """The sign of a response that was ended by a character that did not decode, or nothing."""
    raised = stage.log.first("raised")
    text = raised.text if raised else ""
    # Half a character that is decoded with "surrogateescape" fails when it is encoded again.
    if text.startswith("UnicodeDecodeError: 'utf-8'") or text.endswith("surrogates not allowed"):
        return "split"
    return "text" if text.startswith("UnicodeDecodeError") else ""


def _how_altered(reply: ModelReply, received: bytes, stage: Stage) -> str:
    """The sign of a reply that did not come as it was said."""
    if not stage.source.handed:
        return "empty"
    if sign := undecoded(stage):
        return sign
    text = received.decode("utf-8", "replace")
    in_text = "".join(text.split()) == "".join(reply.data.decode().split())
    if in_text or b"".join(received.split()) == b"".join(reply.data.split()):
        return "white-space"
    if "\ufffd".encode() in received or _one_by_one(reply, received):
        return "split"
    single = (reply.data.decode(encoding, "ignore") for encoding in ("latin-1", "cp1252"))
    return "text" if text in single else "differs"


def _one_by_one(reply: ModelReply, received: bytes) -> bool:
    """Whether it is what tokens that are decoded by themselves become, but for spaces."""
    for errors in ("ignore", "backslashreplace", "surrogateescape"):
        text = "".join(token.decode("utf-8", errors) for token in reply.tokens)
        decoded = text.encode("utf-8", "surrogatepass")
        if b"".join(decoded.split()) == b"".join(received.split()):
            return True
    return False


def _common(received: bytes, data: bytes) -> int:
    """The length of what both begin with."""
    pairs = zip(received, data, strict=False)
    different = (place for place, (a, b) in enumerate(pairs) if a != b)
    return next(different, min(len(received), len(data)))
