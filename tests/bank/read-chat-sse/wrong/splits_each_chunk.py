"""Each chunk is split into lines, and what is left over of one is not kept.
takes-a-chunk-for-a-message, caught by chunks-mean-nothing
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
                kind = None
                for line in text.splitlines():
                    if line.startswith("event:"):
                        kind = line[6:].strip()
                    if not line.startswith("data:"):
                        continue
                    payload = json.loads(line[5:])
                    kind = kind or payload["type"]
                    if kind == "token":
                        yield payload["content"]
                    elif kind == "complete":
                        return
                    elif kind == "error":
                        raise RuntimeError(payload["message"])
                    kind = None
            raise RuntimeError("the reply is not complete")
