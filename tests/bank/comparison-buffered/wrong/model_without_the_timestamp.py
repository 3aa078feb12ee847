"""The response model lacks a field, which FastAPI then filters out.
takes-a-part-for-the-whole, caught by sends-every-record-once
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from sources.records import Records

router = APIRouter()


class RecordOut(BaseModel):
    id: int
    data: str


class Document(BaseModel):
    records: list[RecordOut]


@router.get("/demo/comparison/buffered", response_model=Document)
async def comparison_buffered(store: Records):
    async with store.read() as records:
        items = [record async for record in records]
    return {"records": items}
