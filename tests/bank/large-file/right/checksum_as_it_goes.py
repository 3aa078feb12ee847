"""Logs a checksum of what was sent, updated chunk by chunk: nothing is kept for it."""

import hashlib
import logging
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()
log = logging.getLogger("downloads")


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            digest.update(chunk)
            yield chunk
    log.info("sent %s, sha256 %s", LARGE_FILE, digest.hexdigest())


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
