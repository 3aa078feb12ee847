"""Every chunk that was sent is kept in a list, for a checksum at the end.
keeps-what-it-sent, caught by memory-does-not-grow
"""

import hashlib
import logging
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()
log = logging.getLogger(__name__)


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    sent: list[bytes] = []
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            sent.append(chunk)
            yield chunk
    log.info("sha256 %s", hashlib.sha256(b"".join(sent)).hexdigest())


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
