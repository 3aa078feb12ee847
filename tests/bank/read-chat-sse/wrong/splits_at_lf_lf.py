"""Events are taken to end with LF LF, and with nothing else.
knows-one-line-end, caught by every-line-end
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
            buffer = ""
            async for text in response.aiter_text():
                buffer += text
                while "\n\n" in buffer:
                    block, buffer = buffer.split("\n\n", 1)
                    fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
                    if "data" not in fields:
                        continue
                    payload = json.loads(fields["data"])
                    kind = fields.get("event") or payload["type"]
                    if kind == "token":
                        yield payload["content"]
                    elif kind == "complete":
                        return
                    elif kind == "error":
                        raise RuntimeError(payload["message"])
            raise RuntimeError("the reply is not complete")
