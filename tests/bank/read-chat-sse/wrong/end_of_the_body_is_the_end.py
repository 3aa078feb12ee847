"""The end of the body is taken for the end of the reply.
trusts-the-end-of-the-body, caught by an-end-without-complete-is-an-error
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    payload = json.loads(event.data)
                    kind = event.type if event.type != "message" else payload["type"]
                    if kind == "token":
                        yield payload["content"]
                    elif kind == "complete":
                        return
                    elif kind == "error":
                        raise RuntimeError(payload["message"])
