"""A task group around the response: one task reads, and the response takes from a stream."""

from __future__ import annotations

import json

import anyio
from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


class Piped(StreamingResponse):
    media_type = "application/x-ndjson"

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.sender, self.receiver = anyio.create_memory_object_stream(16)
        self.failed = False
        headers = {"Content-Disposition": "attachment; filename=data.jsonl"}
        super().__init__(self.lines(), headers=headers)

    async def lines(self):
        async with self.receiver:
            async for record in self.receiver:
                yield json.dumps(jsonable_encoder(record)) + "\n"
        if self.failed:
            raise RuntimeError("the archive could not be read to its end")

    async def read(self) -> None:
        async with self.sender:
            try:
                async with self.archive.scan() as records:
                    async for record in records:
                        await self.sender.send(record)
            except OSError:
                self.failed = True

    async def __call__(self, scope, receive, send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self.read)
            await super().__call__(scope, receive, send)
            group.cancel_scope.cancel()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return Piped(archive)
