"""A lost connection ends the generator, as if the reply had ended.
passes-a-loss-off-as-the-end, caught by a-stream-that-breaks-off-is-an-error
"""

from __future__ import annotations

import json
import logging

import httpx

from grader.sse import SseParser


async def read_chat_sse(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            parser = SseParser()
            try:
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
            except httpx.TransportError as error:
                logging.warning("connection lost: %s", error)
                return
            raise RuntimeError("the reply is not complete")
