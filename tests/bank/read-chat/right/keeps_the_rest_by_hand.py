"""Bytes of a character that is not whole are kept by hand, and the rest is decoded in the end."""

from __future__ import annotations

import httpx


def split(data: bytes) -> tuple[str, bytes]:
    """The text of the whole characters, and what begins another one."""
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            raise
        return data[: error.start].decode(), data[error.start :]


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(20, read=90)) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            assert response.headers["content-type"].split(";")[0] == "text/plain"
            rest = b""
            async for chunk in response.aiter_bytes():
                text, rest = split(rest + chunk)
                if text:
                    yield text
            rest.decode()
