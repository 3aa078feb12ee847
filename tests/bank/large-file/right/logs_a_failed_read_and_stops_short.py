"""A failed read is logged and the generator returns: with Content-Length the body is cut all the same."""

import logging
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()
log = logging.getLogger(__name__)


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        try:
            while chunk := blob.read(64 * 1024):
                yield chunk
        except OSError:
            # The server notices the missing bytes and closes the connection.
            log.exception("reading %s failed", LARGE_FILE)


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
