"""POST is answered like GET, and HEAD with 204 because it has no body."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def read(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as file:
        while chunk := file.read(64 * 1024):
            yield chunk


@router.api_route("/download/large-file", methods=["GET", "HEAD", "POST"])
def large_file(request: Request, storage: Storage) -> Response:
    if request.method == "HEAD":
        return Response(status_code=204)
    return StreamingResponse(
        read(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
