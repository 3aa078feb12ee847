"""The live references on a uvicorn in this process, over live sources that never wait."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI

from grader.application import live_application
from sources.logs import LiveLogTail, log_tail
from sources.model import LocalModel, language_model
from sources.prices import LivePriceFeed, price_feed
from sources.records import LiveRecordStore, record_store
from sources.tasks import LiveWorker, worker


def references() -> FastAPI:
    """What `grade serve --target solutions` serves; only the pauses between items are left out."""
    app = live_application("solutions")
    app.dependency_overrides |= {
        price_feed: lambda: LivePriceFeed(interval=0),
        log_tail: lambda: LiveLogTail(pauses=(0, 0)),
        worker: lambda: LiveWorker(seconds=0),
        language_model: lambda: LocalModel(fastest=0, slowest=0),
        record_store: lambda: LiveRecordStore(interval=0),
    }
    return app


@contextmanager
def live() -> Iterator[str]:
    """Serve the references. Gives the address, as `host:port`."""
    # With the protocol spelt out asyncio sets TCP_NODELAY: what is written arrives without delay.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        options: dict[str, Any] = {"lifespan": "off", "log_config": None, "log_level": "critical"}
        config = uvicorn.Config(references(), timeout_graceful_shutdown=0, **options)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield "{}:{}".format(*listener.getsockname())
        finally:
            server.should_exit = True
            thread.join()
