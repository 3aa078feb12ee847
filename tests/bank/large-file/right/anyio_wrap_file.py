"""`anyio.wrap_file` makes an asynchronous file of the handle; closing it is shielded by hand."""

import anyio
from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()

CHUNK = 128 * 1024


async def send_file(storage):
    file = anyio.wrap_file(await to_thread.run_sync(storage.open, LARGE_FILE))
    try:
        while chunk := await file.read(CHUNK):
            yield chunk
    finally:
        with anyio.CancelScope(shield=True):
            await file.aclose()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    return StreamingResponse(
        send_file(storage),
        media_type="application/octet-stream",
        headers={
            "content-length": f"{size}",
            "content-disposition": f'attachment; filename="{LARGE_FILE}"',
            "x-content-type-options": "nosniff",
        },
    )
