"""A Response subclass that sends the ASGI messages itself, and listens for the client's leaving."""

import anyio
from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


class BlobResponse(Response):
    media_type = "application/octet-stream"
    chunk_size = 128 * 1024

    def __init__(self, storage: ObjectStorage, key: str, *, size: int) -> None:
        self.storage = storage
        self.key = key
        self.status_code = 200
        self.background = None
        self.init_headers(
            {
                "content-length": str(size),
                "content-disposition": f'attachment; filename="{key}"',
                "x-content-type-options": "nosniff",
            }
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._leave_with_the_client, receive, group.cancel_scope)
            await self._send(send)
            group.cancel_scope.cancel()

    async def _leave_with_the_client(self, receive: Receive, scope: CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def _send(self, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        blob = await to_thread.run_sync(self.storage.open, self.key)
        try:
            while chunk := await to_thread.run_sync(blob.read, self.chunk_size):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(blob.close)


@router.get("/download/large-file", response_class=BlobResponse)
async def large_file(storage: Storage) -> Response:
    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    return BlobResponse(storage, LARGE_FILE, size=size)
