"""nginx with its default settings passes events on one by one, because the response tells it to.

Nothing is timed. An item is handed over when the client has the event before it; and where an
event is held back, nginx has answered a later request in the meantime.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from grader.catalogue import ROOT, exercises
from grader.sse import Event, SseParser

from . import browser
from .expected import row, streams
from .servers import missing_nginx, nginx, nginx_site
from .turns import Turns, serving

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.skipif(bool(missing_nginx()), reason=missing_nginx()),
]

IGNORE = "proxy_ignore_headers X-Accel-Buffering;"

# Two items of the source of each stream of events, and by what their events are known.
TEXTS = ("first item", "second item")
ITEMS: dict[str, tuple[Any, Any]] = {
    "stock-ticker": ({"stock": TEXTS[0]}, {"stock": TEXTS[1]}),
    "live-logs": (
        {"request_id": "req-1", "message": TEXTS[0]},
        {"request_id": "req-2", "message": TEXTS[1]},
    ),
    "chat-stream-sse": (TEXTS[0].encode(), TEXTS[1].encode()),
    "long-task": (None, None),  # a step is done; what it is called was told at the opening
}


def turns_of(slug: str) -> Turns:
    return Turns(welcome=TEXTS if slug == "long-task" else None)


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    parser = SseParser()
    async for data in response.aiter_raw():
        for event in parser.feed(data):
            yield event


async def until(found: AsyncIterator[Event], text: str) -> None:
    """Read events up to the one that holds `text`."""
    async for event in found:
        if text in event.data:
            return
    pytest.fail(f"no event holds {text!r}")


@pytest.mark.parametrize("slug", streams())
async def test_an_event_arrives_before_the_next_one_exists(slug: str, tmp_path: Path) -> None:
    turns = turns_of(slug)
    async with serving(exercises()[slug], turns) as upstream:
        with nginx(tmp_path, upstream) as address:
            async with (
                httpx.AsyncClient(base_url=address) as client,
                client.stream("GET", exercises()[slug].target) as response,
            ):
                found = events(response)
                for item, text in zip(ITEMS[slug], TEXTS, strict=True):
                    turns.hand_over(item)
                    await until(found, text)


@pytest.mark.skipif(bool(browser.missing()), reason=browser.missing())
@pytest.mark.parametrize("slug", streams())
async def test_an_event_source_gets_it_before_the_next_one_exists(
    slug: str, tmp_path: Path
) -> None:
    stream = row(slug).stream
    assert stream is not None
    turns = turns_of(slug)
    heard: asyncio.Queue[Event] = asyncio.Queue()
    async with serving(exercises()[slug], turns) as upstream, browser.browser() as open_tab:
        with nginx(tmp_path, upstream) as address:
            tab = await open_tab(address)
            events_of_page = tab.event_source(
                exercises()[slug].target, stream, hear=heard.put_nowait
            )
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(events_of_page)
                for item, text in zip(ITEMS[slug], TEXTS, strict=True):
                    turns.hand_over(item)
                    while text not in (await heard.get()).data:
                        pass
                listening.cancel()


@pytest.mark.parametrize(("directive", "passes_on"), [("", True), (IGNORE, False)])
@pytest.mark.parametrize("slug", streams())
async def test_nginx_passes_an_event_on_because_of_the_header(
    slug: str, directive: str, passes_on: bool, tmp_path: Path
) -> None:
    turns = turns_of(slug)
    async with serving(exercises()[slug], turns) as upstream:
        with nginx(tmp_path, upstream, directive=directive) as address:
            assert await the_first_is_passed_on(address, slug, turns) is passes_on


@pytest.mark.parametrize(("port", "passes_on"), [(8080, True), (8081, True), (8082, False)])
async def test_the_proxy_of_compose_shows_buffering_on_and_off(
    port: int, passes_on: bool, tmp_path: Path
) -> None:
    slug = "stock-ticker"
    turns = turns_of(slug)
    site = (ROOT / "docker" / "nginx.conf").read_text()
    assert "http://streaming-api:8000" in site
    async with serving(exercises()[slug], turns) as upstream:
        with nginx_site(tmp_path, site.replace("http://streaming-api:8000", upstream)) as addresses:
            assert await the_first_is_passed_on(addresses[port], slug, turns) is passes_on


async def the_first_is_passed_on(address: str, slug: str, turns: Turns) -> bool:
    """Whether the first event arrives before there is a second; both arrive in the end."""
    first, second = ITEMS[slug]
    async with asking(address, exercises()[slug].target) as client:
        turns.hand_over(first)
        await turns.asked_for(2)
        # By now the first event has been written to nginx, or is by the time that uvicorn
        # answers another request. nginx has one worker, which acts on what comes in the
        # order of its coming: when a second one is answered, the event has had its turn.
        await answered(address, "/health")
        await answered(address, "/health")
        early = so_far(client)
        turns.hand_over(second)
        turns.end()
        late = await the_rest(client)
    assert [text for text in TEXTS if text.encode() not in early + late] == []
    return TEXTS[0].encode() in early


@asynccontextmanager
async def asking(address: str, path: str) -> AsyncIterator[socket.socket]:
    """A connection on which `path` has been asked for."""
    url = httpx.URL(address)
    request = f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n\r\n"
    with socket.socket() as client:
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, (url.host, url.port))
        await loop.sock_sendall(client, request.encode())
        yield client


async def answered(address: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        response = await client.get(path)
    assert response.status_code == 200


def so_far(client: socket.socket) -> bytes:
    """What has arrived and was not read yet."""
    try:
        return client.recv(1 << 20)
    except BlockingIOError:
        return b""


async def the_rest(client: socket.socket) -> bytes:
    received = b""
    while data := await asyncio.get_running_loop().sock_recv(client, 1 << 16):
        received += data
    return received
