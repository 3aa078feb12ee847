"""Opens the scan in the endpoint, and closes it in a background task, which an error skips.
acquires-outside-the-stream, caught by a-failing-archive-cuts-the-body-off
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from sources.archive import Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def lines(records) -> AsyncIterator[str]:
    async for record in records:
        yield to_line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    scan = archive.scan()
    records = await scan.__aenter__()
    return StreamingResponse(
        lines(records),
        media_type="application/x-ndjson",
        background=BackgroundTask(scan.__aexit__, None, None, None),
    )
