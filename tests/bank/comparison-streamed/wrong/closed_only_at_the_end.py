"""Closes the store behind the last record, but not in a finally.
never-releases, caught by closes-the-store-when-the-client-leaves
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    reading = store.read()
    records = await reading.__aenter__()
    yield '{"records": ['
    separator = ""
    async for record in records:
        yield separator + json.dumps(record)
        separator = ","
    await reading.__aexit__(None, None, None)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
