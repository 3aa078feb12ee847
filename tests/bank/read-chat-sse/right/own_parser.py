"""Lines and events are found by generators of its own."""

from __future__ import annotations

import codecs
import json

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def lines(chunks):
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest, after_cr = "", False
    async for chunk in chunks:
        text = decoder.decode(chunk)
        for character in text:
            if character == "\n" and after_cr:
                after_cr = False
            elif character in "\r\n":
                yield rest
                rest, after_cr = "", character == "\r"
            else:
                rest += character
                after_cr = False


async def events(chunks):
    kind, data = "", []
    async for line in lines(chunks):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif not line:
            if data:
                yield kind, "\n".join(data)
            kind, data = "", []


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream(
            "GET",
            "/ai/chat-stream-sse",
            params={"prompt": prompt},
            headers={"Accept": "text/event-stream"},
        ) as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise TypeError("not text/event-stream")
            count = 0
            async for kind, data in events(response.aiter_bytes()):
                payload = json.loads(data)
                kind = kind or payload["type"]
                if kind == "token":
                    count += 1
                    yield payload["content"]
                elif kind == "complete":
                    if payload["total"] != count:
                        raise EOFError(f"{count} tokens of {payload['total']}")
                    return
                elif kind == "error":
                    raise RuntimeError(payload["message"])
            raise EOFError("no complete event")
