"""Closes the scan at the end and when it is cancelled, which is not how every client leaves.
never-releases, caught by ends-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable

from fastapi import APIRouter

from sources.archive import Data, Record

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> AsyncIterable[Record]:
    scan = archive.scan()
    records = await scan.__aenter__()
    try:
        async for record in records:
            yield record
    except (asyncio.CancelledError, OSError):
        await scan.__aexit__(None, None, None)
        raise
    await scan.__aexit__(None, None, None)
