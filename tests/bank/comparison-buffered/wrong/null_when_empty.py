"""Sends null in the place of an empty list.
another-shape, caught by an-empty-store-is-an-empty-list
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from sources.records import Record, Records

router = APIRouter()


class Document(BaseModel):
    records: list[Record] | None = None


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Document:
    document = Document()
    async with store.read() as records:
        async for record in records:
            document.records = [*(document.records or []), record]
    return document
