"""Comparison, streamed: send all records as one JSON document, and send them as they are read.

`store.read()` opens the store; its records are dictionaries that are ready for JSON. There are a
thousand of them here, each of which takes a moment. Its sibling collects the same document first.

- The body is {"records": [...]}, the records in their order; {"records": []} if there are none.
- The media type is that of JSON. Any text in a record arrives unharmed.
- Records leave as they are read. You may send them in batches, of a hundred at the most.
- The store is open while the stream is, and only then: it is given back at the end, when a read
  fails, and when the client leaves.
- A client that reads slowly slows the reading down. Nothing piles up in memory.
- When the store fails half-way, the body breaks off. It must not look complete.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    raise NotImplementedError
