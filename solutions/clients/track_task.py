"""Tracking a task: each report as it comes, and an error unless the last one says 100."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx

from grader.sse import SseParser

# The limit is on the silence between two reads, comments included, and not on the task. A peer
# whose machine has died closes nothing: only the missing signs of life tell.
TIMEOUT = httpx.Timeout(10, read=30)
LONGEST = 1 << 20  # characters of an event: one without an end would fill the memory
HEADERS = {"Accept": "text/event-stream"}


class TaskFailed(Exception):
    """The server says that the task has failed, or has stopped telling before its end."""


async def track_task(base_url: str, *, on_progress: Callable[[float, str], None]) -> None:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        client.stream("GET", "/process/long-task", headers=HEADERS) as response,
    ):
        _check(response)
        parser = SseParser(longest=LONGEST)
        async for data in response.aiter_bytes():
            for event in parser.feed(data):
                match event.type:
                    case "failed":
                        raise TaskFailed(json.loads(event.data).get("message", "no reason given"))
                    case "message":
                        report = json.loads(event.data)
                        on_progress(report["progress_percent"], report["message"])
                        if report["progress_percent"] >= 100:
                            return
    raise TaskFailed("the stream ended before the task was done")


def _check(response: httpx.Response) -> None:
    response.raise_for_status()
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "text/event-stream":
        raise ValueError(f"not an event stream: {media_type or 'no Content-Type'}")
