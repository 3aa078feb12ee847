"""What is no error to `is_error` is taken for success: a redirect, for one.
ignores-the-status, caught by a-redirect-is-no-answer
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)  # a model may think, but not for ever
LONGEST = 1 << 20  # characters of an event: one without an end would fill the memory
HEADERS = {"Accept": "text/event-stream"}


class BrokenReply(Exception):
    """The model has failed, or the reply is not whole."""


async def read_chat_sse(base_url: str, prompt: str) -> AsyncIterator[str]:
    url, params = "/ai/chat-stream-sse", {"prompt": prompt}
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, headers=HEADERS) as client,
        client.stream("GET", url, params=params) as response,
    ):
        _check(response)
        parser, count = SseParser(longest=LONGEST), 0
        async for data in response.aiter_bytes():
            for event in parser.feed(data):
                payload = json.loads(event.data)
                match payload.get("type", event.type):
                    case "token":
                        count += 1
                        yield payload["content"]
                    case "complete":
                        if payload.get("total", count) != count:
                            raise BrokenReply(f"{count} of {payload['total']} tokens")
                        return  # before anything behind it is parsed: [DONE] is no JSON
                    case "error" | "failed":
                        raise BrokenReply(payload.get("message", "the model has failed"))
        # A connection that was lost has raised by now. This body ended as it should, and yet the
        # reply has not: a proxy or a worker that is shut down ends bodies in good order, too.
        raise BrokenReply("the stream ended before the reply was complete")


def _check(response: httpx.Response) -> None:
    if response.is_error:
        raise ValueError(f"status {response.status_code}")
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "text/event-stream":
        raise ValueError(f"not an event stream: {media_type or 'no Content-Type'}")
