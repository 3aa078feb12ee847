"""A line of a gigabyte, in small pieces, over a socket: no reference fills the memory with it."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest

from grader.catalogue import exercise
from grader.platforms import trim

PIECE = b"x" * 65_536
PIECES = (1 << 30) // len(PIECE)
MEMORY = 32 << 20  # bytes by which the process may grow
SSE = "text/event-stream"
BEGINS = {
    "watch-stock-ticker": (SSE, b"data: "),
    "watch-live-logs": (SSE, b"data: "),
    "read-chat-sse": (SSE, b"data: "),
    "track-task": (SSE, b"data: "),
    "import-csv": ("text/csv", b'id,username\r\n7,"'),
    "import-jsonl": ("application/x-ndjson", b'{"category": "'),
}
ENDS = b'"}\n{"category": "books"}\n'


class Source:
    """A server of one response; `sent` is how many pieces of it were taken."""

    def __init__(self, content_type: str, begins: bytes) -> None:
        self._head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + begins
        self.sent = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self._head)
        try:
            for _ in range(PIECES):
                writer.write(PIECE)
                await writer.drain()
                self.sent += 1
            writer.write(ENDS)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.answer, "127.0.0.1")
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def call(slug: str, base_url: str, **given: Any) -> Any:
    """What the reference returns, or the items that it yields."""
    found = exercise(slug)
    module = importlib.import_module(f"solutions.{found.topic}.{found.module}")
    made = getattr(module, found.function)(base_url, **given)
    return [item async for item in made] if inspect.isasyncgen(made) else await made


def arguments(slug: str, told: list[Any]) -> dict[str, Any]:
    def tell(*values: Any) -> None:
        told.append(values[0])

    match slug:
        case "read-chat-sse":
            return {"prompt": "hi"}
        case "track-task":
            return {"on_progress": tell}
        case "import-jsonl":
            return {"report": tell}
    return {}


@pytest.mark.parametrize("slug", BEGINS)
async def test_no_reference_holds_it(slug: str) -> None:
    source = Source(*BEGINS[slug])
    process = psutil.Process()
    told: list[Any] = []
    trim()
    before = process.memory_info().rss
    async with source.serving() as base_url:
        if slug == "import-jsonl":
            assert await call(slug, base_url, **arguments(slug, told)) == {"books": 1}
            assert told == [1]
            assert source.sent == PIECES
        else:
            with pytest.raises(ValueError, match="of more than"):
                await call(slug, base_url, **arguments(slug, told))
            assert source.sent * len(PIECE) < MEMORY
    trim()
    assert process.memory_info().rss - before < MEMORY
