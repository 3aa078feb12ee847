"""The whole file is read into memory and sent as one Response.
collects-then-yields, caught by streams
"""

from fastapi import APIRouter, Response

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> Response:
    with storage.open(LARGE_FILE) as blob:
        return Response(
            content=blob.read(),
            media_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
                "X-Content-Type-Options": "nosniff",
            },
        )
