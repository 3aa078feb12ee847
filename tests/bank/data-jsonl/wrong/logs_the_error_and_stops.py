"""Logs that the archive has failed, and ends the body as if it were whole.
passes-failure-off-as-success, caught by a-failing-archive-cuts-the-body-off
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


logger = logging.getLogger(__name__)


async def lines(archive: Archive) -> AsyncIterator[str]:
    try:
        async with archive.scan() as records:
            async for record in records:
                yield to_line(record)
    except OSError:
        logger.exception("the export has failed")


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
