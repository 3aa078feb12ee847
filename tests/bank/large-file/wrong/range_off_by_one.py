"""A range is answered without its last byte, which belongs to it.
takes-a-part-for-the-whole, caught by a-part-is-the-one-that-was-asked-for
"""

import re
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage, start: int, end: int) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        blob.read(start)
        while start < end and (data := blob.read(min(64 * 1024, end - start))):
            start += len(data)
            yield data


@router.get("/download/large-file")
def large_file(storage: Storage, request: Request) -> StreamingResponse:
    size = storage.size(LARGE_FILE)
    start, end, status = 0, size, 200
    headers = {
        "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }
    if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", "")):
        start, end, status = int(asked[1]), int(asked[2] or size), 206
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(
        chunks(storage, start, end), status, headers, media_type="application/octet-stream"
    )
