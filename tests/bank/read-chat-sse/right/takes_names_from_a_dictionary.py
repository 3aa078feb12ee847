"""Each kind has a function of its own, and an exception ends the reading."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


class Done(Exception):
    """The reply is whole."""


def token(payload):
    return payload["content"]


def complete(payload):
    raise Done


def error(payload):
    raise RuntimeError(payload.get("message", "unknown failure"))


KINDS = {"token": token, "complete": complete, "error": error}


async def read_chat_sse(base_url, prompt):
    timeout = httpx.Timeout(10, read=60)
    async with httpx.AsyncClient(base_url=base_url, timeout=timeout) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            try:
                async for data in response.aiter_bytes():
                    for event in parser.feed(data):
                        payload = json.loads(event.data)
                        kind = payload.get("type") or event.type
                        if text := KINDS.get(kind, lambda _: "")(payload):
                            yield text
            except Done:
                return
            raise RuntimeError("the reply is not complete")
