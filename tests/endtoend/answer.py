"""What a client got for a request, whichever client it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response. The names of its `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def by_httpx(client: httpx.AsyncClient, path: str) -> Answer:
    """Ask for `path` by httpx. Raises what httpx raises, so for a body that is cut short."""
    response = await client.get(path)
    return Answer(
        status=response.status_code, headers=dict(response.headers), body=response.content
    )
