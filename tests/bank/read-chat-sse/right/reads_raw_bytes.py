"""It reads raw bytes, waits without a limit, refuses empty replies, and gives no reason."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def read_chat_sse(base_url, prompt):
    said = False
    async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_raw():
                for event in parser.feed(data):
                    payload = json.loads(event.data)
                    kind = event.type if event.type != "message" else payload["type"]
                    if kind == "token":
                        said = True
                        yield payload["content"]
                    elif kind == "complete" and said:
                        return
                    elif kind in ("error", "complete"):
                        raise RuntimeError("the model has failed")
            raise RuntimeError("the reply is not complete")
