"""An `async def` endpoint that reads the whole file on the event loop's thread.
blocks-the-loop, caught by reads-do-not-block-the-loop
"""

from fastapi import APIRouter, Response

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> Response:
    with storage.open(LARGE_FILE) as blob:
        content = blob.read()
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
