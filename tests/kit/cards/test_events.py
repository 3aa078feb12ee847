"""Cards about server-sent events: the format, ids, heartbeats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import fastapi.routing
import pytest
from fastapi import FastAPI, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent, format_sse_event
from sse_starlette import ServerSentEvent as OtherEvent

from grader.sse import SseParser

from .asking import exchange, opened, serving


def parsed(data: bytes) -> list[str]:
    return [event.data for event in SseParser().feed(data)]


def test_several_data_lines_are_one_payload() -> None:
    assert parsed(b"data: a\ndata: b\n\n") == ["a\nb"]
    assert format_sse_event(data_str="a\nb") == b"data: a\ndata: b\n\n"


def test_a_line_break_inside_a_data_line_ends_the_field() -> None:
    assert parsed(b"data: a\nb\n\n") == ["a"]


def test_a_block_without_data_dispatches_nothing_and_its_id_counts() -> None:
    parser = SseParser()
    assert parser.feed(b"event: ping\n\nid: 8\n\n: comment\n\nretry: 5\n\n") == []
    assert parser.feed(b"data: a\n\n")[0].last_event_id == "8"


def test_what_is_unfinished_at_the_end_is_dropped() -> None:
    assert parsed(b"data: a\n\ndata: b\n") == ["a"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_any_line_end_may_fall_between_two_reads(end: bytes) -> None:
    stream, parser = b"data: a" + end + b"data: b" + end + end, SseParser()
    events = [event.data for byte in stream for event in parser.feed(bytes([byte]))]
    events += [event.data for event in parser.feed(b"data: next" + end + end)]
    assert events == ["a\nb", "next"]


def test_splitting_at_a_blank_line_of_line_feeds_misses_other_line_ends() -> None:
    stream = b"data: a\r\n\r\ndata: b\r\n\r\n"
    assert parsed(stream) == ["a", "b"]
    assert len(stream.split(b"\n\n")) == 1


def test_splitlines_cuts_where_a_line_does_not_end() -> None:
    payload = "a\u2028b\x0bc\x85d"
    assert parsed(f"data: {payload}\n\n".encode()) == [payload]
    assert len(payload.splitlines()) == 4
    assert "".splitlines() == []  # an empty payload would lose its only data line


@pytest.mark.parametrize("field", ["id", "event"])
def test_a_line_break_in_an_id_is_refused_by_one_library_and_stripped_by_another(
    field: str,
) -> None:
    value = "1\ndata: forged"
    forged: Any = {field: value}
    with pytest.raises(ValueError, match="must be a single line"):
        ServerSentEvent(data="x", **forged)
    parser = SseParser()
    assert [e.data for e in parser.feed(OtherEvent(data="x", **forged).encode())] == ["x"]
    by_hand = f"{field}: {value}\ndata: x\n\n".encode()
    assert parsed(by_hand) == ["forged\nx"]


def test_a_null_in_an_id_is_refused_by_the_framework_and_ignored_by_a_parser() -> None:
    with pytest.raises(ValueError, match="null"):
        ServerSentEvent(data="x", id="1\0")
    assert SseParser().feed(b"id: 1\0\ndata: x\n\n")[0].last_event_id == ""


def test_a_negative_time_to_retry_is_refused() -> None:
    with pytest.raises(ValueError, match="retry"):
        ServerSentEvent(data="x", retry=-1)


async def test_the_last_event_id_is_text_of_the_client() -> None:
    app = FastAPI()

    @app.get("/")
    def resumed(last_event_id: Annotated[str | None, Header()] = None) -> str | None:
        return last_event_id

    request = (
        b"GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\nLast-Event-ID: caf\xc3\xa9\r\n\r\n"
    )
    async with serving(app) as address:
        _, body = await exchange(address, request)
    assert body.decode() == '"cafÃ©"'  # Chromium sends UTF-8, and headers are read as Latin-1


async def test_the_framework_sends_a_comment_while_the_source_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, pinged = FastAPI(), asyncio.Event()
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.01)

    @app.get("/", response_class=EventSourceResponse)
    async def silent() -> AsyncIterator[int]:
        await pinged.wait()
        yield 1

    body = b""
    async with opened(app) as response:
        async for data in response.aiter_raw():
            body += data
            pinged.set()
    assert body.startswith(b": ping\n\n")
    assert parsed(body) == ["1"]


async def test_the_interval_of_pings_is_fifteen_seconds() -> None:
    assert vars(fastapi.routing)["_PING_INTERVAL"] == 15.0


async def numbers(gate: asyncio.Event) -> AsyncIterator[int]:
    yield 0
    await gate.wait()
    yield 1


async def test_a_timeout_around_anext_ends_the_generator() -> None:
    gate = asyncio.Event()
    source = numbers(gate)
    assert await anext(source) == 0
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(source), 0.001)
    gate.set()
    assert [item async for item in source] == []


async def test_waiting_for_a_kept_task_loses_nothing() -> None:
    gate = asyncio.Event()
    source = numbers(gate)
    assert await anext(source) == 0
    following = asyncio.ensure_future(anext(source))
    done, _ = await asyncio.wait({following}, timeout=0.001)
    assert not done
    gate.set()
    assert await following == 1
    assert [item async for item in source] == []
