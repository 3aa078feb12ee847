"""Each chunk is taken for one event.
takes-a-chunk-for-a-message, caught by yields-the-reply
"""

from __future__ import annotations

import json

import httpx


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            async for text in response.aiter_text():
                _, _, data = text.partition("data: ")
                payload = json.loads(data)
                if payload["type"] == "token":
                    yield payload["content"]
                elif payload["type"] == "complete":
                    return
                elif payload["type"] == "error":
                    raise RuntimeError(payload["message"])
            raise RuntimeError("the reply is not complete")
