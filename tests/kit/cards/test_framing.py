"""Cards about HTTP framing: what of a stream reaches the wire, on uvicorn with h11."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from .asking import GET, GET_1_0, Visit, client, exchange, opened, serving, within


def streams(*items: Any, fails: bool = False, **headers: str) -> Any:
    """An application that streams `items`, and may fail behind them."""

    async def answered() -> AsyncIterator[Any]:
        for item in items:
            yield item
        if fails:
            raise OSError("the source broke off")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        await StreamingResponse(answered(), headers=sent)(scope, receive, send)

    return app


async def test_each_item_is_one_chunk_and_an_empty_one_is_none() -> None:
    async with serving(streams(b"one", b"", b"three")) as address:
        head, body = await exchange(address, GET)
    assert b"transfer-encoding: chunked" in head
    assert body == b"3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"


async def test_a_known_length_replaces_the_chunks() -> None:
    async with serving(streams(b"one", b"three", content_length="8")) as address:
        head, body = await exchange(address, GET)
    assert b"transfer-encoding" not in head
    assert body == b"onethree"


async def test_too_few_bytes_are_an_incomplete_body() -> None:
    async with serving(streams(b"one", content_length="8")) as address, client(address) as asking:
        with pytest.raises(httpx.RemoteProtocolError):
            await asking.get("/")


async def test_surplus_bytes_are_never_sent() -> None:
    async with serving(streams(b"one", b"three", content_length="3")) as address:
        _, body = await exchange(address, GET)
    assert body == b"one"


async def test_chunking_asked_for_by_hand_changes_nothing() -> None:
    async with serving(streams(b"one", transfer_encoding="chunked")) as address:
        head, body = await exchange(address, GET)
    assert head.count(b"transfer-encoding") == 1
    assert body == b"3\r\none\r\n0\r\n\r\n"


async def test_a_failure_leaves_200_and_an_incomplete_body() -> None:
    async with opened(streams(b"one", fails=True)) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            await response.aread()


async def test_an_http_1_0_client_cannot_tell_a_cut_from_an_end() -> None:
    answers = []
    for fails in (False, True):
        async with serving(streams(b"one", fails=fails), date_header=False) as address:
            answers.append(await exchange(address, GET_1_0))
    assert answers[0] == answers[1]
    assert answers[0][1] == b"one"
    assert b"transfer-encoding" not in answers[0][0]


async def test_an_http_1_0_client_is_not_kept_alive_by_a_header() -> None:
    async with serving(streams(b"one", connection="keep-alive")) as address:
        head, _ = await exchange(address, GET_1_0)
    assert b"connection: close" in head
    assert b"keep-alive" not in head


async def test_the_status_is_sent_before_the_first_item_is_made() -> None:
    order: list[str] = []

    async def items() -> AsyncIterator[bytes]:
        order.append("made")
        yield b"one"

    class Noting(Visit):
        async def send(self, message: dict[str, Any]) -> None:
            order.append(message["type"])

    await Noting().by(StreamingResponse(items()))
    assert order[:3] == ["http.response.start", "made", "http.response.body"]


async def test_a_stream_is_one_start_and_bodies_of_which_the_last_says_so() -> None:
    visit = await Visit().by(streams(b"one", b"two"))
    assert [message["type"] for message in visit.sent].count("http.response.start") == 1
    assert [message.get("more_body") for message in visit.sent] == [None, True, True, False]


async def test_text_is_sent_as_utf_8() -> None:
    assert (await Visit().by(streams("é"))).bodies == [b"\xc3\xa9"]


async def test_a_character_may_be_split_between_two_chunks() -> None:
    pieces = (await Visit().by(streams(b"caf\xc3", b"\xa9"))).bodies
    with pytest.raises(UnicodeDecodeError):
        pieces[0].decode()
    decoder = codecs.getincrementaldecoder("utf-8")()
    assert "".join(map(decoder.decode, pieces)) == "café"
    async with opened(streams(*pieces)) as response:
        response.encoding = "utf-8"
        assert "".join([text async for text in response.aiter_text()]) == "café"


async def test_a_large_chunk_is_read_in_several_pieces() -> None:
    async with opened(streams(b"x" * 300_000)) as response:
        pieces = [len(piece) async for piece in response.aiter_raw()]
    assert len(pieces) > 1
    assert sum(pieces) == 300_000


async def test_head_is_405_in_fastapi_and_starts_the_generator_in_starlette() -> None:
    started: list[str] = []

    def items() -> Iterable[bytes]:
        started.append("items")
        yield b"one"

    async def endpoint(request: Request) -> StreamingResponse:
        return StreamingResponse(items())

    fast = FastAPI()
    fast.get("/")(lambda: StreamingResponse(items()))
    async with within(fast) as asking:
        assert (await asking.head("/")).status_code == 405
    assert started == []
    async with within(Starlette(routes=[Route("/", endpoint)])) as asking:
        assert (await asking.head("/")).status_code == 200
    assert started == ["items"]


async def test_an_answer_that_is_whole_has_a_length_and_its_failure_a_status() -> None:
    app = FastAPI()

    @app.get("/{answer}")
    def whole(answer: int) -> list[int]:
        return [1 // answer]

    async with within(app) as asking:
        assert (await asking.get("/1")).headers["content-length"] == "3"
        assert (await asking.get("/0")).status_code == 500
