"""A native endpoint that yields finished lines, with a response class of its own."""

from __future__ import annotations

from collections.abc import AsyncIterable

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter

from sources.archive import Data, Record

router = APIRouter()

RECORD = TypeAdapter(Record)


class NDJSONResponse(StreamingResponse):
    media_type = "application/x-ndjson"


def attachment(response: Response) -> None:
    response.headers["content-disposition"] = "attachment; filename=data.ndjson"


@router.get("/export/data/jsonl", response_class=NDJSONResponse, dependencies=[Depends(attachment)])
async def data_jsonl(archive: Data) -> AsyncIterable[bytes]:
    async with archive.scan() as records:
        async for record in records:
            yield RECORD.dump_json(record) + b"\n"
