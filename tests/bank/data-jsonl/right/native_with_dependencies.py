"""A native endpoint: one dependency holds the scan, and another sets the header."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from sources.archive import Data, Record

router = APIRouter()


async def open_scan(archive: Data) -> AsyncIterator[AsyncIterator[Record]]:
    async with archive.scan() as records:
        yield records


async def as_attachment(response: Response) -> None:
    response.headers["Content-Disposition"] = 'attachment; filename="data.jsonl"'


@router.get("/export/data/jsonl", dependencies=[Depends(as_attachment)])
async def data_jsonl(
    records: Annotated[AsyncIterator[Record], Depends(open_scan)],
) -> AsyncIterable[Record]:
    async for record in records:
        yield record
