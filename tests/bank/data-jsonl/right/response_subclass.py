"""A subclass of StreamingResponse that does the encoding."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data, Record

router = APIRouter()


class JSONLinesResponse(StreamingResponse):
    media_type = "application/x-jsonlines"

    def __init__(self, content: AsyncIterator[Any], *, filename: str) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
        super().__init__(self._encoded(content), headers=headers)

    @staticmethod
    async def _encoded(content: AsyncIterator[Any]) -> AsyncIterator[bytes]:
        async for item in content:
            yield json.dumps(jsonable_encoder(item), separators=(",", ":")).encode() + b"\n"


async def read(archive: Archive) -> AsyncIterator[Record]:
    async with archive.scan() as records:
        async for record in records:
            yield record


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> JSONLinesResponse:
    return JSONLinesResponse(read(archive), filename="data.jsonl")
