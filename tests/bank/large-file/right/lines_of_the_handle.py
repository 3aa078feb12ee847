"""FastAPI's own documentation: `yield from` the handle, so that the chunks are "lines" of the file."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage):
    def iterfile():
        with storage.open(LARGE_FILE) as file_like:
            yield from file_like

    return StreamingResponse(
        iterfile(),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
