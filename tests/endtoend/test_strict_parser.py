"""The strict parser of server-sent events against a browser's EventSource, on the same bytes."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from grader.sse import Event, SseParser

from . import browser

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.timeout(150),
    pytest.mark.skipif(bool(browser.missing()), reason=browser.missing()),
]

STREAMS = 160
TYPES = ("message", "tick", "Tick", "tick ", "é🥨")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
BOM = "\ufeff".encode()

_ENDS = ("\n", "\r", "\r\n")
_FIELDS = ("data", "data", "data", "data", "event", "event", "event", "id", "id", "retry")
_NAMES = (*_FIELDS, "Data", "data ", " data", "", "\ufeff")
_COLONS = (":", ": ", ": ", ":  ", ":\t", "", "::")
_ODD = ("line\u2028sep\u0085x\x0by\x0cz\x1c", "é🥨", "\0", "8\0", "-1")
_VALUES = ("a", "", "7", "b: c", *_ODD, *TYPES)
_BROKEN = (b"\xff", b"\xf0\x9f", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", BOM)


def stream(seed: int) -> bytes:
    """Lines of fields that are whole or nearly so; about half are followed by a blank one."""
    chance = Random(seed)
    body = BOM * chance.choice([0, 0, 1, 2])
    end = chance.choice([*_ENDS, ""])  # "": another one for each line
    for _ in range(chance.randrange(1, 30)):
        name = chance.choice(_NAMES)
        value = chance.choice(TYPES if name == "event" else _VALUES)
        line = name + chance.choice(_COLONS) + value
        body += line.encode()
        if chance.random() < 0.1:
            body += chance.choice(_BROKEN)
        for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 2, 3])):
            body += (end or chance.choice(_ENDS)).encode()
    return body


def pieces(body: bytes, seed: int) -> list[bytes]:
    chance = Random(seed)
    cuts = sorted(chance.randrange(len(body) + 1) for _ in range(chance.randrange(6)))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def parsed(seed: int) -> list[Event]:
    parser = SseParser()
    return [event for piece in pieces(stream(seed), seed) for event in parser.feed(piece)]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the stream whose seed is the path, piece by piece; any other path is an empty page."""
    head = await reader.readuntil(b"\r\n\r\n")
    seed = head.split()[1].decode().strip("/")
    if seed.isdigit():
        writer.write(HEAD % b"text/event-stream")
        for piece in pieces(stream(int(seed)), int(seed)):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
    else:
        writer.write(HEAD % b"text/html")
    writer.close()


@pytest.fixture(scope="module")
def heard() -> list[list[Event]]:
    """What the browser makes of each stream."""
    return asyncio.run(_hear())


async def _hear() -> list[list[Event]]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server, browser.browser() as open_tab:
        tab = await open_tab(f"http://{host}:{port}")
        return await tab.event_sources([f"/{seed}" for seed in range(STREAMS)], TYPES)


@pytest.mark.parametrize("seed", range(STREAMS))
def test_an_event_source_dispatches_what_the_parser_does(
    heard: list[list[Event]], seed: int
) -> None:
    known = [event for event in parsed(seed) if event.type in TYPES]
    assert heard[seed] == known, stream(seed)


def test_the_streams_are_about_something(heard: list[list[Event]]) -> None:
    events = [event for each in heard for event in each]
    assert len(events) > 2 * STREAMS
    assert {event.type for event in events} == set(TYPES)
    assert sum("\n" in event.data for event in events) > 20
    assert sum(bool(event.last_event_id) for event in events) > 50
