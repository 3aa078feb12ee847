"""Fills a buffer, which a second task hands on ten times a second."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def fill(archive: Archive, buffer: list[str], changed: asyncio.Condition) -> None:
    async with archive.scan() as records:
        async for record in records:
            async with changed:
                await changed.wait_for(lambda: len(buffer) < 64)
                buffer.append(to_line(record))
                changed.notify_all()


async def lines(archive: Archive) -> AsyncIterator[str]:
    buffer: list[str] = []
    changed = asyncio.Condition()
    filling = asyncio.create_task(fill(archive, buffer, changed))
    try:
        while not filling.done() or buffer:
            await asyncio.wait([filling], timeout=0.1)
            async with changed:
                chunk = "".join(buffer)
                buffer.clear()
                changed.notify_all()
            if chunk:
                yield chunk
        filling.result()
    finally:
        filling.cancel()
        await asyncio.wait([filling])


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
