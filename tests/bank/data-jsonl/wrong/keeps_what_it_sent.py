"""Keeps every line, to log a checksum of the export at its end.
keeps-what-it-sent, caught by memory-does-not-grow
"""

from __future__ import annotations

import hashlib
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
    sent: list[str] = []
    async with archive.scan() as records:
        async for record in records:
            sent.append(to_line(record))
            yield sent[-1]
    logger.info("exported %s", hashlib.sha256("".join(sent).encode()).hexdigest())


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
