"""An asynchronous iterator class, closed by the response that it belongs to."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


class Lines:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.stack = AsyncExitStack()
        self.records = None

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> str:
        if self.records is None:
            self.records = await self.stack.enter_async_context(self.archive.scan())
        record = await anext(self.records)
        record["created_at"] = record["created_at"].isoformat()
        return json.dumps(record) + "\n"


class LinesResponse(StreamingResponse):
    media_type = "application/x-ndjson"

    async def __call__(self, scope, receive, send) -> None:
        async with self.body_iterator.stack:
            await super().__call__(scope, receive, send)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''data.jsonl"}
    return LinesResponse(Lines(archive), headers=headers)
