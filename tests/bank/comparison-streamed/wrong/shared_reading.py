"""Opens the store once for all clients, who share what it gives.
shares-one-stream, caught by serves-others-meanwhile
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Record, Records, RecordStore

router = APIRouter()


class Shared:
    """The reading that is under way, if there is one."""

    readers = 0
    reading: AbstractAsyncContextManager[AsyncIterator[Record]] | None = None
    records: AsyncIterator[Record] | None = None


async def generate(store: RecordStore) -> AsyncIterator[str]:
    Shared.readers += 1
    if Shared.reading is None:
        Shared.reading = store.read()
        Shared.records = await Shared.reading.__aenter__()
    try:
        yield '{"records": ['
        separator = ""
        while Shared.records is not None:
            try:
                record = await Shared.records.__anext__()
            except StopAsyncIteration:
                break
            yield separator + json.dumps(record)
            separator = ","
        yield "]}"
    finally:
        Shared.readers -= 1
        if Shared.readers == 0 and Shared.reading is not None:
            reading, Shared.reading, Shared.records = Shared.reading, None, None
            await reading.__aexit__(None, None, None)


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
