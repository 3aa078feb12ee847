"""Waits for the first record before it answers, so that a store that is down is a 503."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def document(store: RecordStore) -> AsyncIterator[str]:
    async with store.read() as records:
        separator = '{"records": ['
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
    yield "]}" if separator == "," else '{"records": []}'


async def rest(first: str, chunks: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for chunk in chunks:
        yield chunk


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    chunks = document(store)
    try:
        first = await anext(chunks)
    except OSError as error:
        raise HTTPException(503, "the record store is down") from error
    return StreamingResponse(rest(first, chunks), media_type="application/json")
