"""Lines are those of httpx, which ends them at U+2028, too.
splits-lines-like-python, caught by only-line-ends-end-lines
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
            kind = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    kind = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    payload = json.loads(line.removeprefix("data:"))
                    kind = kind or payload["type"]
                    if kind == "token":
                        yield payload["content"]
                    elif kind == "complete":
                        return
                    elif kind == "error":
                        raise RuntimeError(payload["message"])
                elif not line:
                    kind = ""
            raise RuntimeError("the reply is not complete")
