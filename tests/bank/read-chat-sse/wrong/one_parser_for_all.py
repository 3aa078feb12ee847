"""The parser is a default argument, of which there is one for all callers.
keeps-it-between-calls, caught by callers-are-kept-apart
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)


async def events(response, parser=SseParser()):  # noqa: B008
    async for data in response.aiter_bytes():
        for event in parser.feed(data):
            yield event


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            async for event in events(response):
                payload = json.loads(event.data)
                kind = event.type if event.type != "message" else payload["type"]
                if kind == "token":
                    yield payload["content"]
                elif kind == "complete":
                    return
                elif kind == "error":
                    raise RuntimeError(payload["message"])
            raise RuntimeError("the reply is not complete")
