"""A lost connection ends the generator, as if the reply had ended.
passes-a-loss-off-as-the-end, caught by a-reply-that-breaks-off-is-an-error
"""

from __future__ import annotations

import logging

import httpx

logger = logging.getLogger(__name__)


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            try:
                async for text in response.aiter_text():
                    yield text
            except httpx.RemoteProtocolError:
                logger.warning("the connection was closed early")
