"""Writes the document to a temporary file record by record, and sends that when it is whole."""

from __future__ import annotations

import json
import os
import tempfile

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> FileResponse:
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        try:
            file.write('{"records": [')
            separator = ""
            async with store.read() as records:
                async for record in records:
                    file.write(separator + json.dumps(record))
                    separator = ","
            file.write("]}")
        except BaseException:
            os.unlink(file.name)
            raise
    return FileResponse(
        file.name,
        media_type="application/json",
        background=BackgroundTask(os.unlink, file.name),
    )
