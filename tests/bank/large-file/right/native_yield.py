"""The endpoint itself yields bytes; a StreamingResponse subclass has the type, a dependency the rest."""

from collections.abc import Iterable

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


class OctetStream(StreamingResponse):
    media_type = "application/octet-stream"


def download_headers(response: Response, storage: Storage) -> None:
    response.headers["Content-Length"] = str(storage.size(LARGE_FILE))
    response.headers["Content-Disposition"] = f'attachment; filename="{LARGE_FILE}"'
    response.headers["X-Content-Type-Options"] = "nosniff"


@router.get(
    "/download/large-file",
    response_class=OctetStream,
    dependencies=[Depends(download_headers)],
)
def large_file(storage: Storage) -> Iterable[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            yield chunk
