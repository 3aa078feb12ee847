"""An iterator class whose __anext__ is a step of a little machine."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


class DocumentResponse(StreamingResponse):
    """Gives the store back when it is over, however that comes about."""

    media_type = "application/json"

    def __init__(self, store: RecordStore) -> None:
        self.stack = AsyncExitStack()
        super().__init__(Chunks(store, self.stack))

    async def __call__(self, scope, receive, send) -> None:
        async with self.stack:
            await super().__call__(scope, receive, send)


class Chunks:
    def __init__(self, store: RecordStore, stack: AsyncExitStack) -> None:
        self.store = store
        self.stack = stack
        self.records = None
        self.separator = '{"records": ['
        self.ended = False

    def __aiter__(self) -> "Chunks":
        return self

    async def __anext__(self) -> str:
        if self.ended:
            raise StopAsyncIteration
        if self.records is None:
            self.records = await self.stack.enter_async_context(self.store.read())
        try:
            record = await anext(self.records)
        except StopAsyncIteration:
            self.ended = True
            return "]}" if self.separator == "," else self.separator + "]}"
        chunk = self.separator + json.dumps(record)
        self.separator = ","
        return chunk


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> DocumentResponse:
    return DocumentResponse(store)
