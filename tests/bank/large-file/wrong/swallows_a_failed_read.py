"""A read that fails ends the loop like the end of the file, and the short body looks complete.
passes-failure-off-as-success, caught by a-failing-read-cuts-the-body-off
"""

import logging
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()
log = logging.getLogger(__name__)


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    try:
        with storage.open(LARGE_FILE) as blob:
            while chunk := blob.read(64 * 1024):
                yield chunk
    except OSError as error:
        log.error("download failed: %s", error)


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
