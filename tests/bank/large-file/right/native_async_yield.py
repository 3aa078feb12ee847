"""An asynchronous endpoint that yields bytes, with the handle from a `yield` dependency."""

from collections.abc import AsyncIterable, Iterator
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


class Download(StreamingResponse):
    media_type = "application/octet-stream"


def opened(response: Response, storage: Storage) -> Iterator[BinaryIO]:
    response.headers["Content-Disposition"] = f'attachment; filename="{LARGE_FILE}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    with storage.open(LARGE_FILE) as blob:
        yield blob


@router.get("/download/large-file", response_class=Download)
async def large_file(blob: Annotated[BinaryIO, Depends(opened)]) -> AsyncIterable[bytes]:
    while chunk := await run_in_threadpool(blob.read, 64 * 1024):
        yield chunk
