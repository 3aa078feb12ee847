"""An endpoint that yields, and closes when it is cancelled: with a stalled client it never is.
never-releases, caught by closes-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterable

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


class Download(StreamingResponse):
    media_type = "application/octet-stream"


def headers(response: Response) -> None:
    response.headers["Content-Disposition"] = f'attachment; filename="{LARGE_FILE}"'
    response.headers["X-Content-Type-Options"] = "nosniff"


@router.get("/download/large-file", response_class=Download, dependencies=[Depends(headers)])
async def large_file(storage: Storage) -> AsyncIterable[bytes]:
    blob = await run_in_threadpool(storage.open, LARGE_FILE)
    try:
        while chunk := await run_in_threadpool(blob.read, 64 * 1024):
            yield chunk
    except (asyncio.CancelledError, Exception):
        blob.close()
        raise
    blob.close()
