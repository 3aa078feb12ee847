"""A bounded queue of a thousand records."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Data

router = APIRouter()
HEADERS = {"Content-Disposition": 'attachment; filename="data.jsonl"'}


def line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def produce(archive, queue):
    try:
        async with archive.scan() as records:
            async for record in records:
                await queue.put(record)
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(None)


async def generate(archive):
    queue = asyncio.Queue(maxsize=1000)
    producer = asyncio.create_task(produce(archive, queue))
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield line(item)
    finally:
        producer.cancel()
        await asyncio.wait([producer])


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
