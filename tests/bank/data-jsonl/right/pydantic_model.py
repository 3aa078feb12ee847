"""A pydantic model of its own makes the JSON."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from sources.archive import Data

router = APIRouter()


class Line(BaseModel):
    id: int
    category: str
    amount: float
    note: str | None = None
    created_at: datetime


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    async def body():
        async with archive.scan() as records:
            async for record in records:
                yield Line.model_validate(record).model_dump_json() + "\n"

    response = StreamingResponse(body(), media_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=data.jsonl"
    return response
