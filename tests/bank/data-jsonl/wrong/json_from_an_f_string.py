"""Puts each line together in an f-string.
hand-made-json, caught by each-line-is-a-json-object
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def render(r) -> str:
    note = "null" if r["note"] is None else f'"{r["note"]}"'
    return (
        f'{{"id": {r["id"]}, "category": "{r["category"]}", "amount": {r["amount"]}, '
        f'"note": {note}, "created_at": "{r["created_at"].isoformat()}"}}\n'
    )


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with archive.scan() as records:
        async for record in records:
            yield render(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
