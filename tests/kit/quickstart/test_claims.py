"""What the quick start says in passing, where no block shows it."""

from __future__ import annotations

import socket

import httpx
import pytest
from fastapi.middleware.cors import CORSMiddleware

from .server import references

ELSEWHERE = "http://localhost:8000"


async def test_the_middleware_lets_the_page_of_another_origin_read_events() -> None:
    app = CORSMiddleware(references(), allow_origins=[ELSEWHERE])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        events = await client.get("/stream/stock-ticker", headers={"Origin": ELSEWHERE})

    assert events.headers["Access-Control-Allow-Origin"] == ELSEWHERE
    assert events.text.count("data: ") == 50


def test_nobody_who_listens_is_a_connect_error_to_httpx() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health")


def test_the_text_of_an_event_is_not_what_lines_of_httpx_are() -> None:
    body = "data: one\u2028two\n\n"
    response = httpx.Response(200, text=body)
    assert [*response.iter_lines()] == ["data: one", "two", ""]
