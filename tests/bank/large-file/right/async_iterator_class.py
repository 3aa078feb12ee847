"""An asynchronous iterator class that closes in `__anext__`, and in a task when the client leaves."""

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


class Blob:
    def __init__(self, storage: ObjectStorage) -> None:
        self.storage = storage
        self.handle = None

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        try:
            if self.handle is None:
                self.handle = await to_thread.run_sync(self.storage.open, LARGE_FILE)
            chunk = await to_thread.run_sync(self.handle.read, 64 * 1024)
        except BaseException:
            await self.close()
            raise
        if chunk:
            return chunk
        await self.close()
        raise StopAsyncIteration

    async def close(self) -> None:
        if self.handle is not None:
            with CancelScope(shield=True):
                await to_thread.run_sync(self.handle.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    blob = Blob(storage)
    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    return StreamingResponse(
        blob,
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
        background=BackgroundTask(blob.close),
    )
