"""An iterator of a class of its own, which an async with inside of the generator closes."""

from __future__ import annotations

import json
from collections import deque
from contextlib import AsyncExitStack

import httpx

from grader.sse import SseParser


class Reply:
    def __init__(self, base_url, prompt):
        self.stack = AsyncExitStack()
        self.base_url, self.prompt = base_url, prompt
        self.parser, self.events = SseParser(), deque()

    async def __aenter__(self):
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                httpx.AsyncClient(base_url=self.base_url, timeout=httpx.Timeout(10, read=60))
            )
            response = await stack.enter_async_context(
                client.stream("GET", "/ai/chat-stream-sse", params={"prompt": self.prompt})
            )
            response.raise_for_status()
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            self.chunks = response.aiter_bytes()
            self.stack = stack.pop_all()
        return self

    async def __aexit__(self, *exception):
        await self.stack.aclose()

    def __aiter__(self):
        return self

    async def __anext__(self):
        while True:
            while self.events:
                event = self.events.popleft()
                payload = json.loads(event.data)
                kind = payload.get("type", event.type)
                if kind == "complete":
                    raise StopAsyncIteration
                if kind == "error":
                    raise RuntimeError(payload.get("message"))
                if kind == "token":
                    return payload["content"]
            try:
                self.events.extend(self.parser.feed(await anext(self.chunks)))
            except StopAsyncIteration:
                raise ConnectionError("the reply ended before it was complete") from None


async def read_chat_sse(base_url, prompt):
    async with Reply(base_url, prompt) as reply:
        async for text in reply:
            yield text
