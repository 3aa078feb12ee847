"""`async with anyio.wrap_file(...)`: its exit closes the handle even when it is cancelled."""

import anyio
from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


async def send_file(storage):
    handle = await to_thread.run_sync(storage.open, LARGE_FILE)
    async with anyio.wrap_file(handle) as file:
        while chunk := await file.read(64 * 1024):
            yield chunk


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
