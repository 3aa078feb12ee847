"""Cards about endpoints of FastAPI that yield, where they differ from a StreamingResponse."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.sse import EventSourceResponse
from starlette.responses import StreamingResponse

from .asking import GET as REQUEST
from .asking import Visit, client, exchange, serving, within


async def answer(app: FastAPI, path: str = "/") -> httpx.Response:
    async with within(app) as asking:
        return await asking.get(path)


async def test_native_events_have_these_headers_and_no_connection_header() -> None:
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[int]:
        yield 1

    headers = (await answer(app)).headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["cache-control"] == "no-cache"
    assert headers["x-accel-buffering"] == "no"
    assert "connection" not in headers


async def test_an_endpoint_that_yields_sends_json_lines() -> None:
    app = FastAPI()

    @app.get("/")
    def records() -> Iterator[dict[str, str]]:
        yield {"text": "a\nb"}
        yield {"text": "c"}

    response = await answer(app)
    assert response.headers["content-type"] == "application/jsonl"
    assert response.text == '{"text":"a\\nb"}\n{"text":"c"}\n'


async def test_raw_text_from_an_endpoint_that_yields_has_no_content_type() -> None:
    app = FastAPI()

    @app.get("/", response_class=StreamingResponse)
    async def text() -> AsyncIterator[str]:
        yield "a"

    response = await answer(app)
    assert response.text == "a"
    assert "content-type" not in response.headers


def refuse(number: int) -> None:
    if number > 1:
        raise HTTPException(404)


async def test_a_refusal_inside_a_generator_comes_too_late() -> None:
    app = FastAPI()

    @app.get("/yields/{number}")
    async def yields(number: int) -> AsyncIterator[int]:
        refuse(number)
        yield number

    @app.get("/depends/{number}", dependencies=[Depends(refuse)])
    async def depends(number: int) -> AsyncIterator[int]:
        yield number

    async with serving(app) as address, client(address) as asking:
        async with asking.stream("GET", "/yields/2") as response:
            assert response.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):
                await response.aread()
        assert (await asking.get("/depends/2")).status_code == 404
        assert (await asking.get("/yields/two")).status_code == 422


def named(response: Response) -> None:
    response.headers["X-From"] = "dependency"


async def test_headers_set_inside_an_endpoint_that_yields_are_lost() -> None:
    app = FastAPI()

    @app.get("/", dependencies=[Depends(named)])
    async def records(response: Response) -> AsyncIterator[int]:
        response.headers["X-Late"] = "endpoint"
        yield 1

    headers = (await answer(app)).headers
    assert "x-late" not in headers
    assert headers["x-from"] == "dependency"


async def test_native_events_drop_the_item_before_a_failure() -> None:
    app = FastAPI()

    async def items() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        raise OSError("the source broke off")

    @app.get("/native", response_class=EventSourceResponse)
    async def native() -> AsyncIterator[int]:
        async for _ in items():
            yield 1

    @app.get("/own")
    async def own() -> StreamingResponse:
        return StreamingResponse(items(), media_type="text/event-stream")

    async with serving(app) as address:
        _, lost = await exchange(address, REQUEST.replace(b"/ ", b"/native "))
        _, sent = await exchange(address, REQUEST.replace(b"/ ", b"/own "))
    assert b"data: 1" not in lost
    assert b"data: 1" in sent


async def test_a_returned_event_source_response_encodes_nothing() -> None:
    async def items() -> AsyncIterator[str]:
        yield "plain"

    response = EventSourceResponse(items())
    assert "cache-control" not in response.headers
    assert (await Visit().by(response)).bodies == [b"plain"]


async def test_a_return_type_decides_how_items_are_encoded() -> None:
    app = FastAPI()

    @app.get("/typed")
    def typed() -> Iterator[dict[str, Any]]:
        yield {"text": "é"}

    @app.get("/bare")
    def bare():  # type: ignore[no-untyped-def]
        yield {"text": "é", "value": math.nan}

    assert (await answer(app, "/typed")).content == '{"text":"é"}\n'.encode()
    assert (await answer(app, "/bare")).content == b'{"text": "\\u00e9", "value": null}\n'


held: list[str] = []


def session() -> Iterator[str]:
    held.append("opened")
    yield "session"
    held.append("closed")


async def test_a_dependency_is_released_after_the_stream() -> None:
    app = FastAPI()
    held.clear()

    @app.get("/")
    async def rows(opened: Annotated[str, Depends(session)]) -> StreamingResponse:
        async def items() -> AsyncIterator[str]:
            held.append("item")
            yield opened

        return StreamingResponse(items())

    assert (await answer(app)).text == "session"
    assert held == ["opened", "item", "closed"]
