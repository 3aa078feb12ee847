"""Ten seconds for the whole export, and then the body is cut off."""

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


async def generate(archive):
    deadline = asyncio.get_running_loop().time() + 10
    async with archive.scan() as records:
        async for record in records:
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError
            yield line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
