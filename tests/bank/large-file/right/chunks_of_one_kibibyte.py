"""The classic `read(1024)`: a hop to a worker thread for each kibibyte, slow but right."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


def iterfile(storage):
    with storage.open(LARGE_FILE) as f:
        while True:
            data = f.read(1024)
            if not data:
                break
            yield data


@router.get("/download/large-file")
def large_file(storage: Storage):
    return StreamingResponse(
        iterfile(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
