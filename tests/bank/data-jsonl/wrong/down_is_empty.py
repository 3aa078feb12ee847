"""Takes an archive that refuses to be read for an empty one.
passes-failure-off-as-success, caught by an-archive-that-is-down-is-not-empty
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with AsyncExitStack() as stack:
        try:
            records = await stack.enter_async_context(archive.scan())
        except ConnectionRefusedError:
            return
        async for record in records:
            yield to_line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
