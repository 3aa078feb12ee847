"""Models parse each timestamp and write it in pydantic's own form."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from sources.records import Records

router = APIRouter()


class RecordOut(BaseModel):
    id: int
    data: str
    timestamp: datetime


class Document(BaseModel):
    records: list[RecordOut] = []


@router.get("/demo/comparison/buffered", response_model=Document)
async def comparison_buffered(store: Records):
    document = Document()
    async with store.read() as records:
        async for record in records:
            document.records.append(RecordOut(**record))
    return document
