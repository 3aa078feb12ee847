"""The references over live sources, on a real uvicorn and real sockets."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import delete, event, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool
from uvicorn.protocols.http.h11_impl import H11Protocol

from grader.application import live_application
from sources.archive import LiveArchive, archive
from sources.database import database, open_database, results
from sources.prices import LivePriceFeed, Update, price_feed
from sources.storage import LARGE_FILE, LiveObjectStorage, object_storage
from sources.users import User, open_users, user_sessions

Address = tuple[str, int]


class WatchedFeed:
    """A live feed that tells when a subscription is opened and given back, and may fail."""

    def __init__(self, *, interval: float, fails_after: int = 100) -> None:
        self._feed = LivePriceFeed(interval=interval)
        self._fails_after = fails_after
        self.opened, self.closed = asyncio.Event(), asyncio.Event()
        self._held: list[object] = []  # so that no garbage collection gives a subscription back

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[Update]]:
        self._held.append(subscription := self._subscription())
        return subscription

    @asynccontextmanager
    async def _subscription(self) -> AsyncGenerator[AsyncIterator[Update]]:
        async with self._feed.subscribe() as updates:
            self.opened.set()
            try:
                yield self._some(updates)
            finally:
                self.closed.set()

    async def _some(self, updates: AsyncIterator[Update]) -> AsyncGenerator[Update]:
        async for update in updates:
            if update["update_number"] > self._fails_after:
                raise OSError("the feed broke off")
            yield update


class WatchedHandle(io.BufferedReader):
    """A handle that tells when it is closed."""

    def __init__(self, raw: io.RawIOBase, storage: WatchedStorage) -> None:
        super().__init__(raw)
        self._storage = storage

    def read(self, size: int | None = -1, /) -> bytes:
        self._storage.reads += 1
        if self._storage.reads > self._storage.fails_after:
            raise OSError("the disk broke off")
        return super().read(size)

    def close(self) -> None:
        super().close()
        self._storage.tell(self._storage.closed)


class WatchedStorage(LiveObjectStorage):
    """Live storage that tells when a handle is opened and closed, and may fail."""

    def __init__(self, folder: Path, *, fails_after: int = 10_000) -> None:
        super().__init__(folder)
        self.fails_after = fails_after
        self.reads = 0
        self._held: list[WatchedHandle] = []  # so that no garbage collection closes a handle
        self.opened, self.closed = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def open(self, key: str) -> WatchedHandle:
        handle = WatchedHandle(super().open(key).detach(), self)
        self._held.append(handle)
        self.tell(self.opened)
        return handle

    def tell(self, event: asyncio.Event) -> None:
        """Set `event` from whichever thread this is."""
        self._loop.call_soon_threadsafe(event.set)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_database(tmp_path / "live.sqlite3")
    yield engine
    await engine.dispose()


@asynccontextmanager
async def serving(
    dependency: Any, source: object, *, stalled: asyncio.Event | None = None
) -> AsyncGenerator[Address]:
    """The references on uvicorn, with `source` in place of what `dependency` gives.

    `stalled` is set when an answer has to wait for its client to read. The kernel then takes
    little of what is unread, so that a thousand rows suffice.
    """
    app = live_application("solutions")
    app.dependency_overrides[dependency] = lambda: source
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    protocol: type[asyncio.Protocol] = H11Protocol
    if stalled:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        protocol = _telling(stalled)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, http=protocol, lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        await running


def _telling(stalled: asyncio.Event) -> type[asyncio.Protocol]:
    class TellingProtocol(H11Protocol):
        def pause_writing(self) -> None:
            super().pause_writing()
            stalled.set()

    return TellingProtocol


async def get(address: Address, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url="http://{}:{}".format(*address)) as client:
        return await client.get(path)


async def hang_up(address: Address, path: str, *, after: asyncio.Event) -> None:
    """Ask for `path`, read next to nothing of the answer, and leave when `after` is set."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.setblocking(False)
        await loop.sock_connect(client, address)
        await loop.sock_sendall(client, f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        await loop.sock_recv(client, 100)
        await after.wait()


async def test_the_ticker_sends_fifty_updates_to_each_of_two_clients() -> None:
    async with serving(price_feed, LivePriceFeed(interval=0)) as address:
        both = await asyncio.gather(*[get(address, "/stream/stock-ticker") for _ in range(2)])

    for response in both:
        events = response.text.removesuffix("\n\n").split("\n\n")
        updates = [json.loads(e.removeprefix("data: ")) for e in events]
        assert [u["update_number"] for u in updates] == [*range(1, 51)]
        assert all(u["price"] > 0 and u["price"] == round(u["price"], 2) for u in updates)
        stamps = [datetime.fromisoformat(u["timestamp"]) for u in updates]
        assert stamps == sorted(stamps)
        assert all(stamp.tzinfo for stamp in stamps)
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["x-accel-buffering"] == "no"


async def test_a_client_that_leaves_between_updates_gives_its_subscription_back() -> None:
    feed = WatchedFeed(interval=3600)
    async with serving(price_feed, feed) as address:
        await hang_up(address, "/stream/stock-ticker", after=feed.opened)
        await feed.closed.wait()


async def test_a_feed_that_fails_breaks_the_body_off_and_is_given_back() -> None:
    feed = WatchedFeed(interval=0, fails_after=2)
    async with serving(price_feed, feed) as address:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await get(address, "/stream/stock-ticker")
        await feed.closed.wait()


async def test_the_large_file_arrives_byte_for_byte(tmp_path: Path) -> None:
    storage = WatchedStorage(tmp_path)
    async with serving(object_storage, storage) as address:
        response = await get(address, "/download/large-file")
        await storage.closed.wait()

    with LiveObjectStorage(tmp_path).open(LARGE_FILE) as handle:
        assert response.content == handle.read()
    assert response.headers["content-length"] == str(10 * 1024 * 1024)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == 'attachment; filename="large-file.bin"'
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_client_that_leaves_the_download_has_its_handle_closed(tmp_path: Path) -> None:
    storage = WatchedStorage(tmp_path)
    async with serving(object_storage, storage) as address:
        await hang_up(address, "/download/large-file", after=storage.opened)
        await storage.closed.wait()

    assert storage.reads < 80


async def test_a_client_that_stalls_and_leaves_has_its_handle_closed(tmp_path: Path) -> None:
    storage, stalled = WatchedStorage(tmp_path), asyncio.Event()
    async with serving(object_storage, storage, stalled=stalled) as address:
        await hang_up(address, "/download/large-file", after=stalled)
        assert not storage.closed.is_set()
        await storage.closed.wait()

    assert storage.reads < 80


async def test_a_read_that_fails_breaks_the_download_off(tmp_path: Path) -> None:
    storage = WatchedStorage(tmp_path, fails_after=2)
    async with serving(object_storage, storage) as address:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            await get(address, "/download/large-file")
        await storage.closed.wait()


async def test_the_database_arrives_as_one_array(engine: AsyncEngine) -> None:
    async with serving(database, engine) as address:
        response = await get(address, "/stream/database-results")

    async with engine.connect() as connection:
        stored = (await connection.execute(select(results).order_by(results.c.id))).mappings().all()
    expected = [{**row, "created_at": row["created_at"].isoformat()} for row in stored]
    assert len(expected) == 1000
    assert response.json() == expected
    assert response.headers["content-type"] == "application/json"


async def test_an_empty_table_is_an_empty_array(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(delete(results))
    async with serving(database, engine) as address:
        response = await get(address, "/stream/database-results")

    assert response.text == "[]"


async def test_all_users_arrive_as_csv(tmp_path: Path) -> None:
    sessions = open_users(tmp_path / "users.sqlite3")
    async with serving(user_sessions, sessions) as address:
        response = await get(address, "/export/users/csv")

    with sessions() as session:
        users = session.scalars(select(User).order_by(User.id)).all()
    header, *records = csv.reader(io.StringIO(response.text, newline=""))
    assert header == ["id", "username", "email", "created_at", "status"]
    assert [int(record[0]) for record in records] == [user.id for user in users]
    assert [record[1].removeprefix("'") for record in records] == [user.username for user in users]
    assert [record[2] or None for record in records] == [user.email for user in users]
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="users.csv"'


async def test_the_archive_arrives_as_json_lines() -> None:
    async with serving(archive, LiveArchive()) as address:
        response = await get(address, "/export/data/jsonl")

    records = [json.loads(line) for line in response.text.removesuffix("\n").split("\n")]
    async with LiveArchive().scan() as scanned:
        expected = [
            {**record, "created_at": record["created_at"].isoformat()} async for record in scanned
        ]
    assert records == expected
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.headers["content-disposition"] == 'attachment; filename="data.jsonl"'


class WatchedPool:
    """Tells when the pool of `engine` lends a connection and gets it back."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.lent, self.returned = asyncio.Event(), asyncio.Event()
        self._held: list[object] = []  # so that no garbage collection returns a connection
        event.listen(engine.sync_engine, "checkout", self._checkout)
        event.listen(engine.sync_engine, "checkin", lambda *_: self.returned.set())

    def _checkout(self, *connection: object) -> None:
        self._held.extend(connection)
        self.lent.set()


@pytest.mark.parametrize("moment", ["a query", "a row that it does not read"])
async def test_a_client_that_leaves_at_any_moment_gives_the_connection_back(
    engine: AsyncEngine, moment: str
) -> None:
    pool, stalled = WatchedPool(engine), asyncio.Event()
    leaves = pool.lent if moment == "a query" else stalled
    async with serving(database, engine, stalled=stalled) as address:
        await hang_up(address, "/stream/database-results", after=leaves)
        await pool.returned.wait()

    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.checkedout() == 0
