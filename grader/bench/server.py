"""The application that is measured: the answers of one folder, on sources with a measured load."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from fastapi import Response

from grader.application import live_application
from grader.bench.kinds import KINDS
from grader.bench.load import Load
from grader.bench.tally import Tally
from sources.storage import Storage

SETTING = "STREAMDRILL_BENCH"
CHUNKS = "/chunks/{chunk_size}"  # the reference's download, in chunks of another size

Message = MutableMapping[str, Any]
Asgi = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the environment tells the server. `source` is empty if the exercise has none."""

    target: str
    source: str
    tally: str  # the file with the counters
    folder: str
    count: int = 0
    interval: float = 0.0

    def environment(self) -> dict[str, str]:
        return {**os.environ, SETTING: json.dumps(asdict(self))}


def application() -> Asgi:
    """For uvicorn's --factory."""
    setting = Setting(**json.loads(os.environ[SETTING]))
    tally = Tally(Path(setting.tally))
    app = live_application(setting.target)
    if setting.source:
        load = Load(count=setting.count, interval=setting.interval, folder=Path(setting.folder))
        dependency, override = KINDS[setting.source].override(load, tally)
        app.dependency_overrides[dependency] = override
    if setting.source == "storage":
        app.add_api_route(CHUNKS, _in_chunks_of)
    return counting(app, tally)


async def _in_chunks_of(chunk_size: int, storage: Storage) -> Response:
    reference: Any = importlib.import_module("solutions.files.large_file")
    reference.CHUNK_SIZE = chunk_size
    return cast(Response, await reference.large_file(storage))


def counting(app: Asgi, tally: Tally) -> Asgi:
    """The application, with each piece of a body counted on its way to the server."""

    async def counted(scope: Message, receive: Any, send: Any) -> None:
        async def count(message: Message) -> None:
            size = len(message.get("body", b""))
            if size:
                tally.give(size)
            await send(message)

        await app(scope, receive, count if scope["type"] == "http" else send)

    return counted
