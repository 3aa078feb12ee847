"""The name as `filename*` (RFC 8187) beside a plain one, and header values in other cases."""

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def attachment(name: str) -> str:
    fallback = name.encode("ascii", "replace").decode()
    return f"Attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name)}"


def blob_chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(100_000):
            yield chunk


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        blob_chunks(storage),
        headers={
            "Content-Type": "Application/Octet-Stream",
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": attachment(LARGE_FILE),
            "X-Content-Type-Options": "NoSniff",
            "Cache-Control": "private, no-cache",
        },
    )
