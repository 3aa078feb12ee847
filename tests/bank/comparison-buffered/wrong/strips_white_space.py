"""The model strips white space from every text, so that a record differs.
takes-a-part-for-the-whole, caught by sends-every-record-once
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from sources.records import Records

router = APIRouter()


class Item(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    id: int
    data: str
    timestamp: str


class Document(BaseModel):
    records: list[Item]


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Document:
    async with store.read() as records:
        return Document(records=[Item(**record) async for record in records])
