"""Data as JSON Lines: export five thousand records, one JSON object a line.

`async with archive.scan() as records` opens a scan; `async for record in records` reads it. A
Record (sources.archive) is a dictionary; JSON has no type for its `created_at`, a datetime.

- Each line is one JSON object with the record's fields, whatever characters its note holds.
- Dates are ISO 8601 text with an offset, a missing note is null.
- Every line ends with a line feed, the last one too. There is no array and no comma around them.
- The media type is one for JSON Lines, and not that of JSON. A browser saves it as data.jsonl.
- Records may share a chunk, but none waits for others to fill it: when the archive pauses, what
  was read is on its way within a second.
- A client that reads slowly slows the reading of the archive down. To read ahead is fine, up to a
  thousand records.
- The scan is closed at the end, when a read fails, and when the client leaves.
- When the archive fails half-way, the body breaks off. It must not look complete.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Data

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    raise NotImplementedError
