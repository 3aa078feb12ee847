"""The object is copied to a temporary file first, and a FileResponse sends that.
collects-then-yields, caught by streams
"""

import os
import shutil
import tempfile

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> FileResponse:
    with (
        tempfile.NamedTemporaryFile(delete=False) as copy,
        storage.open(LARGE_FILE) as blob,
    ):
        shutil.copyfileobj(blob, copy)
    return FileResponse(
        copy.name,
        media_type="application/octet-stream",
        filename=LARGE_FILE,
        headers={"X-Content-Type-Options": "nosniff"},
        background=BackgroundTask(os.unlink, copy.name),
    )
