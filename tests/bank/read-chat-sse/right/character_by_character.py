"""It yields single characters, and an empty string for an event without text."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def payloads(response):
    parser = SseParser()
    async for data in response.aiter_bytes():
        for event in parser.feed(data):
            try:
                payload = json.loads(event.data)
            except json.JSONDecodeError:
                continue
            if event.type != "message":
                payload["type"] = event.type
            yield payload


async def read_chat_sse(base_url, prompt):
    client = httpx.AsyncClient(base_url=base_url, timeout=45)
    request = client.build_request("GET", "/ai/chat-stream-sse", params={"prompt": prompt})
    try:
        response = await client.send(request, stream=True)
        response.raise_for_status()
        media_type = response.headers.get("content-type", "").split(";")[0].strip()
        if media_type != "text/event-stream":
            raise ValueError(media_type)
        async for payload in payloads(response):
            match payload:
                case {"type": "token", "content": str(content)}:
                    for character in content:
                        yield character
                case {"type": "complete"}:
                    break
                case {"type": "error", **rest}:
                    raise RuntimeError(rest.get("message"))
                case _:
                    yield ""
        else:
            raise RuntimeError("the stream ended early")
    finally:
        await client.aclose()
