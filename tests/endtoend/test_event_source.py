"""What cards claim about a browser's EventSource: when it comes back, and when it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.kit.cards.asking import serving

from . import browser

pytestmark = [
    pytest.mark.endtoend,
    pytest.mark.skipif(bool(browser.missing()), reason=browser.missing()),
]

EVENTS = "text/event-stream"
# What a page hears until the EventSource has closed for good, or has heard `count` errors.
LISTEN = """
({ url, count }) => new Promise((resolve) => {
    const source = new EventSource(url);
    const heard = [];
    source.onmessage = (event) => heard.push(["message", event.data]);
    source.onerror = (event) => {
        heard.push(["error", event.data ?? null, source.readyState]);
        if (source.readyState === EventSource.CLOSED || --count === 0) {
            source.close();
            resolve(heard);
        }
    };
})
"""
CONNECTING, OPEN, CLOSED = 0, 1, 2


class Answers:
    """Gives one answer after the other, and keeps the id that each request named."""

    def __init__(self, *answers: Response) -> None:
        self._answers = list(answers)
        self.ids: list[str | None] = []

    async def __call__(self, request: Request) -> Response:
        self.ids.append(request.headers.get("last-event-id"))
        return self._answers.pop(0)


@asynccontextmanager
async def page(answers: Answers) -> AsyncIterator[Any]:
    async def blank(_: Request) -> Response:
        return Response(media_type="text/html")

    app = Starlette(routes=[Route("/health", blank), Route("/events", answers.__call__)])
    async with serving(app) as (host, port), browser.browser() as open_tab:
        yield await open_tab(f"http://{host}:{port}")


async def test_the_end_of_a_stream_is_a_reconnect_and_204_is_the_end() -> None:
    stream = Response("retry: 1\nid: 7\ndata: a\n\n", media_type=EVENTS)
    answers = Answers(stream, Response(status_code=204))
    async with page(answers) as tab:
        heard = await tab.run(LISTEN, {"url": "/events", "count": 3})
    assert heard == [["message", "a"], ["error", None, CONNECTING], ["error", None, CLOSED]]
    assert answers.ids == [None, "7"]


@pytest.mark.parametrize(
    "answer",
    [Response("data: a\n\n", 503, media_type=EVENTS), Response("data: a\n\n")],
    ids=["503", "another type"],
)
async def test_another_status_or_type_closes_it_for_good(answer: Response) -> None:
    answers = Answers(answer)
    async with page(answers) as tab:
        heard = await tab.run(LISTEN, {"url": "/events", "count": 3})
    assert heard == [["error", None, CLOSED]]
    assert answers.ids == [None]


async def test_an_event_called_error_runs_the_handlers_of_a_lost_connection() -> None:
    stream = Response("event: error\ndata: ours\n\nid: 8\n\n", media_type=EVENTS)
    answers = Answers(stream)
    async with page(answers) as tab:
        heard = await tab.run(LISTEN, {"url": "/events", "count": 1})
    assert heard == [["error", "ours", OPEN]]
