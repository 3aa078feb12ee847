"""What GET /ai/chat-stream has to do: a language model's reply as plain text, token by token."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.judge import checks, model_reply, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.checks import Stalled, expect
from grader.judge.evidence import Stopped
from grader.judge.model_reply import ModelReply, awkward, in_steps, spoken
from grader.judge.stage import Stage
from grader.judge.wire import Client

PATH = "/ai/chat-stream"
ASK = f"{PATH}?prompt=Tell%20me%20about%20Python"
NOTHING = ModelReply([]).script()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A client that reads a reply."""

    stage: Stage
    client: Client
    reply: ModelReply
    stopped: Stopped | None = None  # why the stage had to be ended, if it had

    def arrived(self) -> int:
        return self.reply.arrived(self.client.body)


def read(stage: Stage, reply: ModelReply, *, released: float = 0) -> Reader:
    """Ask a model that will say `reply`, of which the first `released` tokens are there at once."""
    stage.play(reply.script(), released=released)
    return Reader(stage=stage, client=stage.get(ASK), reply=reply)


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Reader]:
    """A complete response with an awkward reply, all of it there at once."""
    with answer.stage(NOTHING) as stage:
        reply = awkward()
        stage.play(reply.script())
        stopped = None
        try:
            client = stage.get(ASK)
            stage.until(lambda: client.over)
        except Stopped as error:  # by then the response may have begun
            stopped = error
        yield Reader(stage=stage, client=stage.clients[0], reply=reply, stopped=stopped)


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large tokens, and then leaves."""
    tokens = [secrets.token_hex(8_192).encode()] * 260
    with answer.stage(ModelReply(tokens).script()) as stage:
        yield checks.stall_and_leave(stage, ASK)


@essential()
def test_starts(whole: Reader) -> None:
    """The response starts with status 200 and Content-Type text/plain."""
    checks.starts(whole.stage, whole.client, types=("text/plain",))


@essential(needs=[test_starts])
def test_names_no_other_charset(whole: Reader) -> None:
    """Content-Type names no charset other than utf-8, which is what tokens are encoded in.

    Browsers take utf8 for it, too (WHATWG Encoding, 4.2).
    """
    expect(
        checks.charset(whole.client) in ("", "utf-8", "utf8"),
        observed=checks.shown(whole.client, "Content-Type"),
        expected="Content-Type: text/plain; charset=utf-8",
        sign="header",
    )


@good(needs=[test_names_no_other_charset])
def test_names_the_charset(whole: Reader) -> None:
    """Content-Type says charset=utf-8, so that no client has to guess (RFC 6657).

    utf8 without the hyphen is no registered name (RFC 3629, 8), and only browsers have to know it.
    """
    expect(
        checks.charset(whole.client) == "utf-8",
        observed=checks.shown(whole.client, "Content-Type"),
        expected="Content-Type: text/plain; charset=utf-8",
        sign="header",
    )


@good(needs=[test_starts])
def test_is_not_sniffed(whole: Reader) -> None:
    """X-Content-Type-Options: nosniff keeps a browser from taking the model's words for HTML."""
    checks.is_not_sniffed(whole.client)


@good(needs=[test_starts])
def test_passes_proxies(whole: Reader) -> None:
    """X-Accel-Buffering: no tells nginx to pass tokens on one by one."""
    screen.passes_proxies(whole.client)


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Reader) -> None:
    """Nothing blocks the event loop while tokens are sent."""
    if whole.stopped is not None:
        raise whole.stopped
    checks.never_blocks(whole.stage)
    if not whole.client.over:
        checks.serves_others(whole.stage)


@essential(needs=[test_loop_stays_free])
def test_sends_the_reply(whole: Reader) -> None:
    """The body is the reply to the byte: white space, line breaks and split characters included."""
    model_reply.is_whole(whole.reply, whole.client.body, whole.stage)
    checks.completes(whole.stage, whole.client)


@essential(needs=[test_sends_the_reply])
def test_sends_a_long_reply(stage: Stage) -> None:
    """A long reply arrives whole: the endpoint sets no limit of its own."""
    reply = spoken(model_reply.LONG)
    stage.play(reply.script())
    client = stage.get(ASK)
    model_reply.comes_to_an_end(stage, client)
    model_reply.is_not_cut_short(reply, client.body)


@essential(needs=[test_sends_the_reply])
def test_passes_the_prompt_on(stage: Stage) -> None:
    """The model gets the prompt as it was asked: spaces, &, #, %, +, line breaks, emoji, length."""
    model_reply.passes_the_prompt_on(stage, PATH)


@essential(needs=[test_sends_the_reply])
def test_needs_no_prompt(stage: Stage) -> None:
    """Without a prompt there is a reply, too: the signature has a default."""
    reply = spoken(3)
    stage.play(reply.script())
    client = stage.get(PATH)
    model_reply.needs_no_prompt(client)
    stage.until(lambda: client.over)
    model_reply.is_whole(reply, client.body, stage)


@essential(needs=[test_sends_the_reply])
def test_lockstep(stage: Stage) -> None:
    """Every token reaches the client before the next one exists.

    What it has of a character that is not whole yet may come with the next token.
    """
    seen = read(stage, in_steps())
    checks.in_lockstep(stage, seen.client, arrived=seen.arrived, items=10)


@essential(needs=[test_lockstep])
def test_a_silent_model_is_not_passed_off_as_complete(stage: Stage) -> None:
    """A model that thinks for minutes has not finished: its reply comes whole, or is cut off."""
    seen = read(stage, spoken(4), released=2)
    model_reply.falls_silent(stage, seen.client)
    if not (seen.client.complete and seen.arrived() == 4):
        silence = f"the model was silent for {model_reply.SILENCE} s after 2 of 4 tokens"
        checks.fails_visibly(stage, seen.client, after=silence)


@good(needs=[test_lockstep])
def test_answers_before_the_first_token(stage: Stage) -> None:
    """The head of the response does not wait for the first token, while the model thinks."""
    seen = read(stage, spoken(1))
    expect(
        stage.until(lambda: seen.client.status is not None),
        observed="nothing, as long as the model had no token",
        expected="status and headers",
        sign="only-at-the-end",
    )


@good(needs=[test_lockstep])
def test_keeps_the_models_pace(stage: Stage) -> None:
    """The endpoint adds no delay of its own, such as a typewriter's: the model sets the pace."""
    seen = read(stage, spoken(8))
    checks.keeps_the_pace(stage, seen.client)


@essential(needs=[test_lockstep])
def test_serves_two_clients(stage: Stage) -> None:
    """Two clients each get a reply, and neither waits for the other."""
    reply = spoken(4)
    stage.play(reply.script(), released=0)
    checks.serves_two(
        stage, lambda: Reader(stage=stage, client=stage.get(ASK), reply=reply), item="token"
    )


@essential(needs=[test_sends_the_reply])
def test_keeps_requests_apart(stage: Stage) -> None:
    """A second request gets the reply to its own prompt, and nothing of the first one."""
    for prompt in ("first", "second"):
        reply = spoken(3)
        stage.play(reply.script())
        client = stage.get(f"{PATH}?prompt={prompt}")
        stage.until(lambda c=client: c.over)  # type: ignore[misc]
        model_reply.is_whole(reply, client.body, stage, sign="kept")


@essential(needs=[test_sends_the_reply])
def test_leaves_nothing_behind(whole: Reader) -> None:
    """When the reply is complete, the model is let go and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_stops_the_model_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves between two tokens stops the model at once: nobody pays for the rest."""
    seen = read(stage, spoken(4), released=1)
    stage.hang_up(seen.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@expert(needs=[test_stops_the_model_when_the_client_leaves])
def test_stops_a_model_that_still_thinks(stage: Stage) -> None:
    """A client that leaves before the first token stops the model, too."""
    seen = read(stage, spoken(4))
    stage.hang_up(seen.client)
    checks.lets_go_promptly(stage, when="after the client had left before the first token")


@essential(needs=[test_stops_the_model_when_the_client_leaves])
def test_stops_the_model_when_the_client_leaves_at_a_token(stage: Stage) -> None:
    """A client that leaves as a token comes stops the model, and no further token is asked for."""
    seen = read(stage, spoken(4), released=1)
    with stage.at_once():
        stage.hang_up(seen.client)
        stage.release()
    stage.release_all()
    checks.takes_no_more(stage, allowed=1, since=1)
    checks.lets_go_at_last(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


@essential(needs=[test_stops_the_model_when_the_client_leaves])
def test_a_failing_model_is_not_passed_off_as_complete(stage: Stage) -> None:
    """A model that fails in the middle cuts the body off, is let go, and is not asked again."""
    reply = spoken(4)
    stage.play(reply.script(fails_at=2), released=2)
    client = stage.get(ASK)
    stage.release()
    model_reply.is_asked_once(stage, client)
    checks.fails_visibly(stage, client)
    checks.lets_go_at_last(stage, when="after the model had failed")


@essential(needs=[test_sends_the_reply])
def test_a_model_that_is_down_is_not_passed_off_as_silent(stage: Stage) -> None:
    """A model that cannot be asked gives an error status or a body cut off, not an empty reply."""
    stage.play(spoken(1).script())
    stage.source.refuses = "the model is overloaded"
    _fails_before_its_first_token(stage)


@essential(needs=[test_a_failing_model_is_not_passed_off_as_complete])
def test_a_model_that_fails_at_once_is_not_passed_off_as_silent(stage: Stage) -> None:
    """A model that fails before its first token gives an error status or a body cut off, too."""
    stage.play(spoken(1).script(fails_at=0))
    _fails_before_its_first_token(stage)
    checks.lets_go_at_last(stage, when="after the model had failed")


@essential(needs=[test_stops_the_model_when_the_client_leaves_at_a_token])
def test_a_stalled_client_stops_the_model(stalled: Stalled) -> None:
    """A client that stops reading stops the reading of the reply: nothing piles up."""
    checks.stops_with_the_client(stalled, limit=240)


@essential(needs=[test_a_stalled_client_stops_the_model])
def test_stops_the_model_when_a_stalled_client_leaves(stalled: Stalled) -> None:
    """A client that stops reading and then leaves stops the model."""
    checks.lets_go_at_last(stalled.stage, when="after the stalled client had left")
    checks.leaves_no_tasks(stalled.stage)


@expert(needs=[test_stops_the_model_when_a_stalled_client_leaves])
def test_cleans_up_without_the_garbage_collector(stalled: Stalled) -> None:
    """The model of a stalled client that leaves is let go at once, without garbage collection."""
    checks.let_go_promptly(stalled)


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Reader) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves no model at work."""
    stage.play(spoken(1).script(silent=True))
    checks.answers_head_at_once(stage, PATH)


def _fails_before_its_first_token(stage: Stage) -> None:
    client = stage.get(ASK)
    model_reply.comes_to_an_end(stage, client)
    checks.fails_visibly(stage, client)
