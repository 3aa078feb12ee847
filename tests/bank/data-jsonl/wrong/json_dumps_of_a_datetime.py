"""The times of a record are datetimes, which json.dumps does not know.
hands-json-what-it-does-not-know, caught by each-line-is-a-json-object
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()

HEADERS = {"Content-Disposition": 'attachment; filename="data.jsonl"'}


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(_lines(archive), media_type="application/x-ndjson", headers=HEADERS)


async def _lines(archive: Archive) -> AsyncIterator[str]:
    # Opened in here, so that the scan lives exactly as long as the stream: when the client leaves,
    # this generator is cancelled at its await and the block closes the scan.
    async with archive.scan() as records:
        async for record in records:
            # A chunk for each record is the flush policy that leaves nobody waiting. JSON escapes
            # line breaks inside strings, so a record is one line whatever it holds.
            yield json.dumps(record) + "\n"
