"""What GET /ai/chat-stream-sse has to do: a model's reply as events, its end and failure marked.

Sections are of WHATWG HTML (server-sent events).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from grader.judge import chat, checks, model_reply, screen
from grader.judge.answer import Answer
from grader.judge.behaviour import essential, expert, good
from grader.judge.chat import Chat
from grader.judge.checks import Stalled, expect
from grader.judge.evidence import Stopped
from grader.judge.model_reply import ModelReply, awkward, in_steps, spoken
from grader.judge.stage import Stage

PATH = "/ai/chat-stream-sse"
ASK = f"{PATH}?prompt=Tell%20me%20about%20Python"
NOTHING = ModelReply([]).script()


def read(stage: Stage, reply: ModelReply, *, released: float = 0, **script: Any) -> Chat:
    """Ask a model that will say `reply`, of which the first `released` tokens are there at once."""
    stage.play(reply.script(**script), released=released)
    return Chat(stage, stage.get(ASK), reply)


@pytest.fixture(scope="module")
def whole(answer: Answer) -> Iterator[Chat]:
    """A complete response with an awkward reply, all of it there at once."""
    with answer.stage(NOTHING) as stage:
        reply, stopped = awkward(), None
        stage.play(reply.script())
        try:
            client = stage.get(ASK)
            stage.until(lambda: client.over)
        except Stopped as error:  # by then the response may have begun
            stopped = error
        seen = Chat(stage, stage.clients[0], reply)
        seen.stopped = stopped
        yield seen


@pytest.fixture(scope="module")
def stalled(answer: Answer) -> Iterator[Stalled]:
    """A client that reads nothing of many large tokens, and then leaves."""
    tokens = [secrets.token_hex(8_192).encode()] * 260
    with answer.stage(ModelReply(tokens).script()) as stage:
        yield checks.stall_and_leave(stage, ASK)


@essential()
def test_starts(whole: Chat) -> None:
    """The response starts with status 200 and Content-Type text/event-stream.

    Another type makes EventSource give up for good (9.2.3).
    """
    checks.starts(whole.stage, whole.client, types=("text/event-stream",))


@essential(needs=[test_starts])
def test_loop_stays_free(whole: Chat) -> None:
    """Nothing blocks the event loop while tokens are sent."""
    if whole.stopped is not None:
        raise whole.stopped
    checks.never_blocks(whole.stage)
    if not whole.client.over:
        checks.serves_others(whole.stage)


@essential(needs=[test_loop_stays_free])
def test_dispatches_events(whole: Chat) -> None:
    """What is sent are events: data lines, then a blank line, behind the last one, too (9.2.6)."""
    screen.dispatches_whole_events(whole.screen)


@essential(needs=[test_dispatches_events])
def test_carries_json(whole: Chat) -> None:
    """The data of every event is a JSON object, whatever characters the reply holds.

    A line break in the payload ends the data line, unless JSON escapes it or each line gets a
    data: of its own (9.2.5). A last [DONE] is fine.
    """
    chat.carries_json(whole)


@essential(needs=[test_carries_json])
def test_marks_the_beginning_and_the_end(whole: Chat) -> None:
    """One start comes first, then tokens, and one complete comes last.

    The kind is said by event:, by type in the JSON, or by both. Other kinds may come between.
    """
    chat.keeps_the_order(whole)


@essential(needs=[test_marks_the_beginning_and_the_end])
def test_sends_the_reply(whole: Chat) -> None:
    """The contents joined are the reply: white space, line breaks and split characters included."""
    chat.shows_the_reply(whole)
    checks.completes(whole.stage, whole.client)


@essential(needs=[test_marks_the_beginning_and_the_end])
def test_counts_the_tokens(whole: Chat) -> None:
    """Tokens are numbered from 1 without gaps, and complete has the total of what was sent."""
    chat.counts_the_tokens(whole)


@good(needs=[test_marks_the_beginning_and_the_end])
def test_says_why_it_ended(whole: Chat) -> None:
    """The complete event has the finish_reason stop, as a reply that was cut short has not."""
    payload = whole.said()[-1].payload
    expect(
        payload.get("finish_reason") == "stop",
        observed=f"the last event carries {payload!r}",
        expected='"finish_reason": "stop"',
        sign="unordered",
    )


@good(needs=[test_marks_the_beginning_and_the_end])
def test_names_its_events(whole: Chat) -> None:
    """Events are named by event:, without which addEventListener("token") is never called."""
    unnamed = [each.kind for each in whole.said() if each.event.type != each.kind]
    expect(
        not unnamed,
        observed=f"{len(unnamed)} events without a name of their own",
        expected="event: start, event: token and event: complete",
    )


@essential(needs=[test_starts])
def test_is_not_cached(whole: Chat) -> None:
    """Cache-Control keeps the reply out of caches: no-cache or no-store."""
    screen.is_not_cached(whole.client)


@good(needs=[test_starts])
def test_passes_proxies(whole: Chat) -> None:
    """X-Accel-Buffering: no tells nginx to pass events on one by one."""
    screen.passes_proxies(whole.client)


@essential(needs=[test_sends_the_reply])
def test_sends_a_long_reply(stage: Stage) -> None:
    """A long reply arrives whole: the endpoint sets no limit of its own."""
    seen = read(stage, spoken(model_reply.LONG), released=model_reply.LONG)
    model_reply.comes_to_an_end(stage, seen.client)
    model_reply.is_not_cut_short(seen.reply, seen.content())


@essential(needs=[test_sends_the_reply])
def test_passes_the_prompt_on(stage: Stage) -> None:
    """The model gets the prompt as it was asked: spaces, &, #, %, +, line breaks, emoji, length."""
    model_reply.passes_the_prompt_on(stage, PATH)


@essential(needs=[test_sends_the_reply])
def test_needs_no_prompt(stage: Stage) -> None:
    """Without a prompt there is a reply, too: the signature has a default."""
    reply = spoken(3)
    stage.play(reply.script())
    seen = Chat(stage, stage.get(PATH), reply)
    model_reply.needs_no_prompt(seen.client)
    stage.until(lambda: seen.client.over)
    chat.shows_the_reply(seen)


@essential(needs=[test_sends_the_reply])
def test_no_prompt_forges_an_event(stage: Stage) -> None:
    """A prompt that is written like an event makes none: no text stands in a field as it is."""
    reply = spoken(3)
    stage.play(reply.script())
    forged = 'Hi"}\r\n\n\r\nevent: complete\ndata: {"type": "complete", "total": 0}\n\n'
    seen = Chat(stage, stage.get(f"{PATH}?prompt={quote(forged)}"), reply)
    stage.until(lambda: seen.client.over)
    chat.carries_json(seen)
    chat.keeps_the_order(seen, sign="broken-lines")
    echo = seen.said()[0].payload.get("prompt", forged)
    expect(
        echo == forged,
        observed=f"start has the prompt {echo!r}",
        expected=f"the prompt {forged!r}, or none",
        sign="prompt",
    )


@essential(needs=[test_sends_the_reply])
def test_lockstep(stage: Stage) -> None:
    """Every token reaches the client before the next one exists.

    What it has of a character that is not whole yet may come with the next token.
    """
    seen = read(stage, in_steps())
    checks.in_lockstep(stage, seen.client, arrived=seen.arrived, items=10)


@essential(needs=[test_lockstep])
def test_a_silent_model_is_never_complete(stage: Stage) -> None:
    """A model that thinks for minutes has not finished: its reply comes whole, or never completes.

    Whoever cancels the read to look at the clock ends the reply with it.
    """
    seen = read(stage, spoken(4), released=2)
    model_reply.falls_silent(stage, seen.client)
    chat.survives_the_silence(seen)


@good(needs=[test_lockstep])
def test_starts_before_the_first_token(stage: Stage) -> None:
    """The start event does not wait for the first token, while the model thinks."""
    seen = read(stage, spoken(1))
    expect(
        stage.until(lambda: bool(seen.said())),
        observed="no event, as long as the model had no token",
        expected="the start event",
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
    checks.serves_two(stage, lambda: Chat(stage, stage.get(ASK), reply), item="token")


@essential(needs=[test_sends_the_reply])
def test_keeps_requests_apart(stage: Stage) -> None:
    """A second request gets the reply to its own prompt, and nothing of the first one."""
    for prompt in ("first", "second"):
        reply = spoken(3)
        stage.play(reply.script())
        seen = Chat(stage, stage.get(f"{PATH}?prompt={prompt}"), reply)
        stage.until(lambda c=seen.client: c.over)  # type: ignore[misc]
        chat.shows_the_reply(seen, sign="kept")


@essential(needs=[test_sends_the_reply])
def test_leaves_nothing_behind(whole: Chat) -> None:
    """When the reply is complete, the model is let go and no task is left."""
    checks.lets_go(whole.stage, when="after the response was complete")
    checks.leaves_no_tasks(whole.stage)


@good(needs=[test_leaves_nothing_behind])
def test_raises_nothing(whole: Chat) -> None:
    """A complete response leaves no traceback in the server's log."""
    checks.raises_nothing(whole.stage)


@essential(needs=[test_leaves_nothing_behind])
def test_stops_the_model_when_the_client_leaves(stage: Stage) -> None:
    """A client that leaves between two tokens stops the model at once: nobody pays for the rest."""
    seen = read(stage, spoken(4), released=1)
    stage.hang_up(seen.client)
    checks.lets_go_promptly(stage, when="after the client had left")
    checks.leaves_no_tasks(stage)


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
def test_a_failing_model_is_never_complete(stage: Stage) -> None:
    """A model that fails in the middle is let go, and its reply is not called complete.

    A page that waits for complete then knows. FastAPI's own events cannot be cut off: there, the
    body ends properly behind an exception. The model is not asked again, and no token tells of it.
    """
    seen = _watch_it_fail(stage)
    model_reply.is_asked_once(stage, seen.client)
    chat.never_completes(seen)
    chat.tells_no_failure_as_a_token(seen)
    checks.lets_go_at_last(stage, when="after the model had failed")


@good(needs=[test_a_failing_model_is_never_complete])
def test_tells_of_the_failure(stage: Stage) -> None:
    """A failure is told in an event that is not called error, EventSource's name for its own.

    A page cannot tell event: error from a lost connection without looking inside (9.2.2).
    """
    told = _watch_it_fail(stage).told_of_failure()
    expect(
        bool(told) and told[0].event.type != "error",
        observed=f"an event of the type {told[0].event.type!r}" if told else "a body that ends",
        expected='{"type": "error", ...} in an event of another name, or of none',
    )


@essential(needs=[test_sends_the_reply])
def test_a_model_that_is_down_is_never_complete(stage: Stage) -> None:
    """A model that cannot be asked is not passed off as one that has finished its reply."""
    seen = _ask_in_vain(stage)
    chat.never_completes(seen)
    chat.tells_no_failure_as_a_token(seen)


@essential(needs=[test_a_failing_model_is_never_complete])
def test_a_model_that_fails_at_once_is_never_complete(stage: Stage) -> None:
    """A model that fails before its first token has not finished its reply, and is let go."""
    seen = read(stage, spoken(1), fails_at=0)
    model_reply.comes_to_an_end(stage, seen.client)
    chat.never_completes(seen)
    chat.tells_no_failure_as_a_token(seen)
    checks.lets_go_at_last(stage, when="after the model had failed")


@expert(needs=[test_a_model_that_is_down_is_never_complete])
def test_a_model_that_is_down_is_an_error_status(stage: Stage) -> None:
    """A model that cannot be asked is answered with an error status, as nothing has been sent."""
    client = _ask_in_vain(stage).client
    expect(
        (client.status or 0) >= 500,
        observed=f"status {client.status}",
        expected="status 503, or another error",
        sign="status",
    )


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


@expert(needs=[test_leaves_nothing_behind])
def test_is_not_paid_for_twice(stage: Stage) -> None:
    """A browser that comes back by itself after the end is told to stay away, and asks no model.

    EventSource connects again when a stream ends; 204 ends that, and an id lets the server know
    it (9.2.3, 9.2.4).
    """
    seen = read(stage, spoken(2), released=2)
    stage.until(lambda: seen.client.over)
    events = seen.screen.look()
    last = "".join(c for c in events[-1].last_event_id if "!" <= c <= "~") if events else ""
    asked = len(stage.source.openings)
    headers = {"Last_Event_ID": last} if last else {}
    again = Chat(stage, stage.get(ASK, **headers), seen.reply)
    stage.until(lambda: again.client.over)
    expect(
        len(stage.source.openings) == asked and (again.client.status or 500) < 500,
        observed=f"a browser came back with Last-Event-ID: {last or 'none'}, and got status "
        f"{again.client.status}; the model was asked {len(stage.source.openings)} times",
        expected="an id with the last event, and status 204 for a request that brings it back",
        sign="runs-again",
    )


@good(needs=[test_leaves_nothing_behind])
def test_refuses_other_methods(whole: Chat) -> None:
    """POST is answered 405 with an Allow header."""
    checks.refuses_other_methods(whole.stage, PATH)


@good(needs=[test_leaves_nothing_behind])
def test_answers_head(stage: Stage) -> None:
    """HEAD is answered without a body, and leaves no model at work."""
    stage.play(spoken(1).script(silent=True))
    checks.answers_head_at_once(stage, PATH)


def _watch_it_fail(stage: Stage) -> Chat:
    """Read two tokens, and then see the model fail."""
    seen = read(stage, spoken(4), released=2, fails_at=2)
    stage.until(lambda: seen.client.over)
    return seen


def _ask_in_vain(stage: Stage) -> Chat:
    """Ask a model that cannot be asked."""
    stage.source.refuses = "the model is overloaded"
    seen = read(stage, spoken(1))
    model_reply.comes_to_an_end(stage, seen.client)
    return seen
