"""Logs a failure of the store, and closes the document as if it were whole.
passes-failure-off-as-success, caught by a-failing-store-cuts-the-document-off
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
logger = logging.getLogger(__name__)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    try:
        async with store.read() as records:
            async for record in records:
                yield separator + json.dumps(record)
                separator = ","
    except Exception:
        logger.exception("could not read all records")
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
