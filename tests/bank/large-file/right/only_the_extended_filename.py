"""The name as `filename*` (RFC 8187) alone, with every dot and hyphen percent-encoded."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    def chunks():
        with storage.open(LARGE_FILE) as blob:
            while chunk := blob.read(65536):
                yield chunk

    encoded = "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in LARGE_FILE)
    return StreamingResponse(
        chunks(),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f"attachment;filename*=utf-8'en'{encoded}",
            "X-Content-Type-Options": "nosniff",
        },
    )
