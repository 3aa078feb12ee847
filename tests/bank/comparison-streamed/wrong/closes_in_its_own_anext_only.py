"""The iterator closes the store when a read ends or is cancelled, and nowhere else.
never-releases, caught by closes-the-store-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


class Chunks:
    def __init__(self, store: RecordStore) -> None:
        self.reading = store.read()
        self.records: Any = None
        self.separator = '{"records": ['

    def __aiter__(self) -> Chunks:
        return self

    async def __anext__(self) -> str:
        await asyncio.sleep(0)  # let other requests have their turn
        if self.separator == "":
            raise StopAsyncIteration
        if self.records is None:
            self.records = await self.reading.__aenter__()
        try:
            record = await anext(self.records)
        except StopAsyncIteration:
            await self.reading.__aexit__(None, None, None)
            last = "]}" if self.separator == "," else '{"records": []}'
            self.separator = ""
            return last
        except BaseException as error:
            await self.reading.__aexit__(type(error), error, error.__traceback__)
            raise
        chunk = self.separator + json.dumps(record)
        self.separator = ","
        return chunk


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(Chunks(store), media_type="application/json")
