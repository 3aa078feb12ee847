"""The text of a failure is appended to the file's bytes, and the body ends as if all were well.
passes-failure-off-as-success, caught by a-failing-read-cuts-the-body-off
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = None
    try:
        blob = await run_in_threadpool(storage.open, LARGE_FILE)
        while chunk := await run_in_threadpool(blob.read, 64 * 1024):
            yield chunk
    except Exception as error:
        yield f"Error while reading the file: {error}".encode()
    finally:
        if blob is not None:
            blob.close()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
