from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(document(store), media_type="application/json")


async def document(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    try:
        async with store.read() as records:
            async for record in records:
                yield separator + json.dumps(record)
                separator = ","
    except ConnectionError as error:
        raise HTTPException(503, "the store cannot be read") from error
    yield "]}"
