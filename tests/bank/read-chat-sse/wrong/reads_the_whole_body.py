"""The whole body is read before the first token is yielded.
reads-it-whole, caught by yields-at-once
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        response = await client.get("/ai/chat-stream-sse", params={"prompt": prompt})
        response.raise_for_status()
        for event in SseParser().feed(response.content):
            payload = json.loads(event.data)
            if payload["type"] == "token":
                yield payload["content"]
            elif payload["type"] == "complete":
                return
            elif payload["type"] == "error":
                raise RuntimeError(payload["message"])
        raise RuntimeError("incomplete")
