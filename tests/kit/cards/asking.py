"""The servers that the cards are tried on: one request in this process, or a real uvicorn."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

Message = dict[str, Any]


@dataclass(slots=True)
class Visit:
    """The server's side of one request, by ASGI: `sent` is what came, `left` makes it leave."""

    spec_version: str = "2.3"  # what uvicorn declares
    headers: Iterable[tuple[bytes, bytes]] = ()
    sent: list[Message] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    asked: bool = False

    @property
    def scope(self) -> Message:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self.spec_version},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": b"",
            "headers": list(self.headers),
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

    @property
    def bodies(self) -> list[bytes]:
        return [m["body"] for m in self.sent if m["type"] == "http.response.body" and m["body"]]

    async def receive(self) -> Message:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """As uvicorn does for a client that has gone, it returns without suspending."""
        self.sent.append(dict(message))

    async def by(self, app: Any) -> Visit:
        await app(self.scope, self.receive, self.send)
        return self


@asynccontextmanager
async def serving(app: Any, **options: Any) -> AsyncIterator[tuple[str, int]]:
    """`app` on a uvicorn in this process. Gives its address."""
    async with running(app, **options) as (_, address):
        yield address


@asynccontextmanager
async def running(
    app: Any, **options: Any
) -> AsyncIterator[tuple[uvicorn.Server, tuple[str, int]]]:
    """The same with the server itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        defaults = {"lifespan": "off", "log_config": None, "timeout_graceful_shutdown": 0}
        server = uvicorn.Server(uvicorn.Config(app, http="h11", **{**defaults, **options}))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield server, listener.getsockname()
        finally:
            server.should_exit = True
            await task


def client(address: tuple[str, int]) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://{}:{}".format(*address))


@asynccontextmanager
async def opened(app: Any) -> AsyncIterator[httpx.Response]:
    """The answer of `app` on a uvicorn, its body not yet read."""
    async with (
        serving(app) as address,
        client(address) as asking,
        asking.stream("GET", "/") as response,
    ):
        yield response


async def until(condition: Callable[[], object]) -> None:
    """Let everybody else run until `condition` is met; the test's own time limit bounds it."""
    while not condition():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)


def within(app: Any) -> httpx.AsyncClient:
    """A client of `app` without a server, for answers that end."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://app")


async def exchange(address: tuple[str, int], request: bytes) -> tuple[bytes, bytes]:
    """Send `request` as it is; the head of the answer and all that follows until the close."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(request)
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        return head.lower(), body
    finally:
        writer.close()
        await writer.wait_closed()


GET = b"GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n"
GET_1_0 = b"GET / HTTP/1.0\r\n\r\n"
