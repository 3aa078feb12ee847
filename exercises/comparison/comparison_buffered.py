"""Comparison, buffered: send all records as one JSON document, and do not stream it.

`store.read()` opens the store; its records are dictionaries that are ready for JSON. There are a
thousand of them here, each of which takes a moment. Its sibling streams the same document.

- The body is {"records": [...]}, the records in their order; {"records": []} if there are none.
- It is sent whole, when the last record has been read. The head says how many bytes it has.
- The media type is that of JSON. Any text in a record arrives unharmed.
- The store is open while records are read, and only then: also when a read fails.
- While the store takes its time, other requests are served.
- When the store fails, at first or half-way, the client gets an error status (5xx) and no part of
  the document. That is what waiting for the end buys.
"""

from __future__ import annotations

from fastapi import APIRouter
from typing_extensions import TypedDict

from sources.records import Record, Records

router = APIRouter()


class Document(TypedDict):
    records: list[Record]


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Document:
    raise NotImplementedError
