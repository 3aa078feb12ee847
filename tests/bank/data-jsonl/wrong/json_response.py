"""Answers with one JSON array, made of a list of all records.
wrong-media-type, caught by starts
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from sources.archive import Data

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> JSONResponse:
    async with archive.scan() as records:
        data = [record async for record in records]
    return JSONResponse(
        jsonable_encoder(data), headers={"Content-Disposition": "attachment; filename=data.jsonl"}
    )
