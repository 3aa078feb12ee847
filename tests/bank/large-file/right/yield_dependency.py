"""A `yield` dependency opens the handle and closes it when the response is over, however it ends."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


def open_file(storage: Storage) -> Iterator[BinaryIO]:
    try:
        blob = storage.open(LARGE_FILE)
    except FileNotFoundError:
        raise HTTPException(404) from None
    with blob:
        yield blob


@router.get("/download/large-file")
def large_file(
    storage: Storage, blob: Annotated[BinaryIO, Depends(open_file)]
) -> StreamingResponse:
    return StreamingResponse(
        iter(partial(blob.read, 64 * 1024), b""),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
