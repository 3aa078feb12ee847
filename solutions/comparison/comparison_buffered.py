"""Comparison, buffered: the whole document is collected, and then sent as one body."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from typing_extensions import TypedDict

from sources.records import Record, Records

router = APIRouter()


class Document(TypedDict):
    records: list[Record]


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Document:
    try:
        async with store.read() as records:
            return {"records": [record async for record in records]}
    except ConnectionError as error:
        # Nothing has been sent yet, so that a failure is a status and not half a document.
        raise HTTPException(503, "the record store cannot be read") from error


# Nobody cancels an endpoint that is not streaming: when the client leaves, this one reads on to
# the last record and builds a response for nobody. Where a reading is expensive, look at
# `await request.is_disconnected()` now and then, or stream.
